using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Invocation;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>The innermost middleware: runs the function.</summary>
internal sealed class FunctionExecutionMiddleware(IFunctionExecutor executor)
{
    public Task Invoke(FunctionContext context) => executor.ExecuteAsync(context).AsTask();
}
