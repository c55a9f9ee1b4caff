using System.Reflection;

namespace Celerity.LocalRuntime.Discovery;

/// <summary>One discovered <c>[Function]</c> method.</summary>
/// <param name="Name">The function's name, unique without regard to case.</param>
/// <param name="Method">The public static or instance method.</param>
/// <param name="Trigger">The parameter that carries the trigger attribute.</param>
/// <param name="TriggerAttribute">That attribute.</param>
internal sealed record FunctionDescriptor(string Name, MethodInfo Method, ParameterInfo Trigger, Attribute TriggerAttribute);
