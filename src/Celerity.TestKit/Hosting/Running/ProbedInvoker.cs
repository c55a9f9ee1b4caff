using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Invocation;
using Celerity.TestKit.Hosting.Faults;
using Microsoft.Azure.Functions.Worker;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>Watches every invocation, and lets it crash before or after.</summary>
internal sealed class ProbedInvoker(IFunctionInvoker inner, AppProcess process) : IFunctionInvoker
{
    public async Task<object?> InvokeAsync(FunctionDescriptor function, InvocationRequest request, CancellationToken cancellationToken)
    {
        var isOrchestrator = function.TriggerAttribute is OrchestrationTriggerAttribute;
        var code = new RunningCode($"function {function.Name}", HoldsOf(function.TriggerAttribute), process.NoteChange);
        process.Begin(code);
        process.Gauge.Enter();
        code.Enter();
        try
        {
            await process.PassAsync(FaultPoint.BeforeFunction, function.Name).ConfigureAwait(false);
            Note(function, isOrchestrator, "begins");
            var result = await inner.InvokeAsync(function, isOrchestrator ? request : Watched(request, code), cancellationToken).ConfigureAwait(false);
            Note(function, isOrchestrator, "succeeded");
            await process.PassAsync(FaultPoint.AfterFunction, function.Name).ConfigureAwait(false);
            return result;
        }
        catch (Exception exception)
        {
            Note(function, isOrchestrator, $"failed: {exception.GetType().Name}: {exception.Message}");
            throw;
        }
        finally
        {
            process.End(code);
            process.Gauge.Exit();
        }
    }

    // An orchestrator tells of itself by what it stores.
    private void Note(FunctionDescriptor function, bool isOrchestrator, string what)
    {
        if (!isOrchestrator && !process.IsDead)
        {
            process.World.Transcript.Add("function", function.Name, string.Empty, what);
        }
    }

    /// <summary>Timers that the function's own code makes are its waits; those of the runtime around it are not.</summary>
    private static InvocationRequest Watched(InvocationRequest request, RunningCode code)
    {
        var around = request.RunBody ?? (static body => body());
        return request with { RunBody = body => around(() => RunAsync(body, code)) };
    }

    private static async Task<object?> RunAsync(Func<Task<object?>> body, RunningCode code)
    {
        code.EnterOwnCode();
        return await body().ConfigureAwait(false);
    }

    // The invocation itself, and what waits for it: a message, a request, or the engine's slot.
    private static int HoldsOf(Attribute trigger) =>
        trigger is QueueTriggerAttribute or HttpTriggerAttribute or ActivityTriggerAttribute or OrchestrationTriggerAttribute ? 2 : 1;
}
