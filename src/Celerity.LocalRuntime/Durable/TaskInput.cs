namespace Celerity.LocalRuntime.Durable;

/// <summary>The input of a task as the type that its class declares.</summary>
internal static class TaskInput
{
    /// <exception cref="ArgumentException">It is of another type.</exception>
    public static T? Cast<T>(object? input) => input switch
    {
        null => default,
        T typed => typed,
        _ => throw new ArgumentException($"The input is a {input.GetType()}; the task takes a {typeof(T)}.", nameof(input)),
    };

    /// <summary>What a missing input is for a declared type: its default.</summary>
    public static object? Missing(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;
}
