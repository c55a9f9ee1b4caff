using System.Reflection;
using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Durable.Entities;

/// <summary>A method that runs an operation: what its parameters get, and what it returns when it has ended.</summary>
internal sealed class EntityMethod(MethodInfo method)
{
    private const BindingFlags PublicAnyCase = BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase;

    /// <summary>Finds the public method of the target that has the operation's name, without regard to case.</summary>
    /// <exception cref="AmbiguousMatchException">There are several.</exception>
    public static EntityMethod? Find(TaskEntityOperation operation, object target) =>
        target.GetType().GetMethod(operation.Name, PublicAnyCase) is { } method && !IsPlumbing(method.DeclaringType!) ? new EntityMethod(method) : null;

    public async ValueTask<object?> InvokeAsync(TaskEntityOperation operation, object target)
    {
        var returned = method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, Bind(operation), null);
        switch (returned)
        {
            case Task task:
                await task.ConfigureAwait(false);
                return ResultOf(task);
            case ValueTask task:
                await task.ConfigureAwait(false);
                return null;
            case not null when method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(ValueTask<>):
                var boxed = (Task)method.ReturnType.GetMethod(nameof(ValueTask<int>.AsTask))!.Invoke(returned, null)!;
                await boxed.ConfigureAwait(false);
                return ResultOf(boxed);
            default:
                return returned;
        }
    }

    private static bool IsPlumbing(Type declaring) =>
        declaring == typeof(object)
        || declaring == typeof(ValueType)
        || (declaring.IsGenericType && declaring.GetGenericTypeDefinition() == typeof(TaskEntity<>));

    // An async method without a result is a task of an internal type without a value.
    private object? ResultOf(Task task) => method.ReturnType.IsGenericType ? task.GetType().GetProperty(nameof(Task<int>.Result))!.GetValue(task) : null;

    private object?[] Bind(TaskEntityOperation operation)
    {
        var parameters = method.GetParameters();
        RejectTwins(operation, parameters);
        return [.. parameters.Select(parameter => Role(parameter) switch
        {
            "context" => operation.Context,
            "operation" => operation,
            _ when operation.HasInput => operation.GetInput(parameter.ParameterType),
            _ when parameter.HasDefaultValue => parameter.DefaultValue,
            _ => throw Error(operation, $"The parameter '{parameter.Name}' needs an input, and the operation has none."),
        })];
    }

    private void RejectTwins(TaskEntityOperation operation, ParameterInfo[] parameters)
    {
        if (parameters.GroupBy(Role).FirstOrDefault(group => group.Count() > 1) is { } twins)
        {
            throw Error(operation, $"The {twins.Key} can be bound once, and not to each of {string.Join(", ", twins.Select(twin => $"'{twin.Name}'"))}.");
        }
    }

    private static string Role(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(TaskEntityContext) => "context",
        var type when type == typeof(TaskEntityOperation) => "operation",
        _ => "input",
    };

    private InvalidOperationException Error(TaskEntityOperation operation, string reason) =>
        new($"Error dispatching '{operation.Name}' to '{method}'. {reason}");
}
