using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>Takes the properties that carry output bindings out of the returned object.</summary>
internal sealed class OutputBindingsMiddleware : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        await next(context).ConfigureAwait(false);
        var local = (LocalFunctionContext)context;
        if (local.Plan.Outputs is not [{ Property: not null }, ..] || local.Result is not { } result)
        {
            return;
        }

        foreach (var output in local.Plan.Outputs)
        {
            local.OutputValues[output.Name] = output.Property!.GetValue(result);
        }

        local.Result = null;
    }
}
