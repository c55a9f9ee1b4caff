using Celerity.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Pipelines;

/// <summary>The activities that keep a run's row.</summary>
public static class RunActivities
{
    /// <summary>Notes that a run has begun.</summary>
    /// <returns><see langword="false"/> where it was cancelled before.</returns>
    [Function(FunctionNames.BeginRun)]
    public static async Task<bool> BeginAsync([ActivityTrigger] string request, FunctionContext context)
    {
        var progress = CelerityJson.Read<RunProgress>(request);
        return await context.InstanceServices.GetRequiredService<RunLifecycle>()
            .TryBeginAsync(progress.Run, progress.Generation, context.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks a run to stop whose deadline has come.</summary>
    /// <returns>How long it has left; zero where it is to end now.</returns>
    [Function(FunctionNames.ExpireRun)]
    public static async Task<TimeSpan> ExpireAsync([ActivityTrigger] string request, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        var (progress, services) = (CelerityJson.Read<RunProgress>(request), context.InstanceServices);
        var left = await services.GetRequiredService<RunLifecycle>()
            .ExpireAsync(progress.Run, progress.Generation, context.CancellationToken).ConfigureAwait(false);
        if (left == TimeSpan.Zero)
        {
            // What it waits for looks at once.
            await new DurableStageSignal(client).RaiseAllAsync(progress.Run, progress.Generation, context.CancellationToken).ConfigureAwait(false);
        }

        return left;
    }

    /// <summary>Writes a run's result and its final state.</summary>
    [Function(FunctionNames.FinishRun)]
    public static async Task FinishAsync([ActivityTrigger] string request, FunctionContext context)
    {
        var end = CelerityJson.Read<RunEnd>(request);
        await context.InstanceServices.GetRequiredService<RunLifecycle>()
            .FinishAsync(end.Run, end.Generation, end.Result?.GetRawText(), end.Fault, context.CancellationToken).ConfigureAwait(false);
    }
}
