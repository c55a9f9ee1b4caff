using System.Reflection;

namespace Celerity.LocalRuntime.Discovery;

/// <summary>One discovered <c>[Function]</c> method.</summary>
/// <param name="Name">The function's name, unique without regard to case.</param>
/// <param name="Method">The public static or instance method.</param>
/// <param name="TriggerPosition">Which of its parameters carries the trigger attribute, from 0 on.</param>
/// <param name="TriggerAttribute">That attribute.</param>
internal sealed record FunctionDescriptor(string Name, MethodInfo Method, int TriggerPosition, Attribute TriggerAttribute)
{
    /// <summary>
    /// Gets the method's parameters. Asked for once and kept: threads that are the first to ask a method for them, as apps that start together in one process, may be
    /// given different objects for the same parameter.
    /// </summary>
    public IReadOnlyList<ParameterInfo> Parameters { get; } = Method.GetParameters();

    public ParameterInfo Trigger => Parameters[TriggerPosition];

    /// <summary>Gets what makes the durable task that the function is, in place of calling the method; <see langword="null"/> for methods.</summary>
    public Func<IServiceProvider, object>? CreateTask { get; init; }

    /// <summary>Gets the version of a durable task; empty where it has none.</summary>
    public string TaskVersion { get; init; } = string.Empty;
}
