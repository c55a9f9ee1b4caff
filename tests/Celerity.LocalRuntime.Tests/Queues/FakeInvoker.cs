using System.Collections.Concurrent;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Invocation;

namespace Celerity.LocalRuntime.Tests.Queues;

/// <summary>An invoker that keeps the requests and does what the test says.</summary>
internal sealed class FakeInvoker : IFunctionInvoker
{
    public ConcurrentQueue<InvocationRequest> Requests { get; } = [];

    public Func<InvocationRequest, CancellationToken, Task> Body { get; set; } = (_, _) => Task.CompletedTask;

    public async Task<object?> InvokeAsync(FunctionDescriptor function, InvocationRequest request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        await Body(request, cancellationToken);
        return null;
    }
}
