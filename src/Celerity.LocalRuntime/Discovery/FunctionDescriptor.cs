using System.Reflection;

namespace Celerity.LocalRuntime.Discovery;

/// <summary>One discovered <c>[Function]</c> method.</summary>
/// <param name="Name">The function's name, unique without regard to case.</param>
/// <param name="Method">The public static or instance method.</param>
/// <param name="Trigger">The parameter that carries the trigger attribute.</param>
/// <param name="TriggerAttribute">That attribute.</param>
internal sealed record FunctionDescriptor(string Name, MethodInfo Method, ParameterInfo Trigger, Attribute TriggerAttribute)
{
    /// <summary>Gets what makes the durable task that the function is, in place of calling the method; <see langword="null"/> for methods.</summary>
    public Func<IServiceProvider, object>? CreateTask { get; init; }

    /// <summary>Gets the version of a durable task; empty where it has none.</summary>
    public string TaskVersion { get; init; } = string.Empty;
}
