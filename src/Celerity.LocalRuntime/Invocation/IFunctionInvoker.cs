using Celerity.LocalRuntime.Discovery;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>Runs one invocation: service scope, middleware, binding, the method, its outputs.</summary>
internal interface IFunctionInvoker
{
    /// <summary>Invokes a function and returns what it returned (<see langword="null"/> for void); throws what it threw, unwrapped.</summary>
    Task<object?> InvokeAsync(FunctionDescriptor function, InvocationRequest request, CancellationToken cancellationToken);
}
