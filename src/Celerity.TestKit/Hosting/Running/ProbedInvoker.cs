using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Invocation;
using Celerity.TestKit.Hosting.Faults;
using Microsoft.Azure.Functions.Worker;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>Watches every invocation, and lets it crash before or after.</summary>
internal sealed class ProbedInvoker(IFunctionInvoker inner, AppProcess process) : IFunctionInvoker
{
    // The invocation itself, and what waits for it: a message, a request, a timer, or the engine's slot.
    private const int Holds = 2;

    public async Task<object?> InvokeAsync(FunctionDescriptor function, InvocationRequest request, CancellationToken cancellationToken)
    {
        var isOrchestrator = function.TriggerAttribute is OrchestrationTriggerAttribute;
        var code = new RunningCode($"function {function.Name}", Holds, process.NoteChange);
        process.Begin(code);
        process.Gauge.Enter();
        code.Enter();
        try
        {
            await process.PassAsync(FaultPoint.BeforeFunction, function.Name).ConfigureAwait(false);
            Note(function, isOrchestrator, "begins");
            var watched = isOrchestrator ? request : Watched(request, code);
            var result = await Begin(() => inner.InvokeAsync(function, watched, cancellationToken)).ConfigureAwait(false);
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
    private InvocationRequest Watched(InvocationRequest request, RunningCode code)
    {
        var around = request.RunBody ?? (static body => body());
        return request with { RunBody = body => around(() => RunAsync(body, code)) };
    }

    private async Task<object?> RunAsync(Func<Task<object?>> body, RunningCode code)
    {
        code.EnterOwnCode();
        return await Begin(body).ConfigureAwait(false);
    }

    /// <summary>Counts what runs before a call first waits: it may wait on the clock already, and have more timers to set.</summary>
    private Task<object?> Begin(Func<Task<object?>> call)
    {
        process.Gauge.Enter();
        try
        {
            return call();
        }
        finally
        {
            process.Gauge.Exit();
        }
    }
}
