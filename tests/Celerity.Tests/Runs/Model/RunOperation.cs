using Celerity.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Runs.Model;

/// <summary>What somebody asks of a run: once, or again where its process died before it was answered.</summary>
/// <param name="Name">What.</param>
/// <param name="Kind">Its kind.</param>
internal sealed record RunOperation(string Name, RunOperationKind Kind)
{
    public const string Key = "monthly";

    private static readonly ActionNote Note = new("ada", "a test");

    /// <summary>Gets the operation that must have been answered before it; <see langword="null"/> for none.</summary>
    public string? After { get; init; }

    /// <summary>Gets whether it is asked again, by the same command, where its process dies.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Asks.</summary>
    /// <returns>The generation of the run that it was about.</returns>
    public async Task<int> AskAsync(RunProcess process, RunWorld world, IServiceProvider services)
    {
        var none = CancellationToken.None;
        switch (Kind)
        {
            case RunOperationKind.Start:
                // As the starter does, which checks the request in between.
                var id = await services.GetRequiredService<RunStartKeys>().TakeAsync("p", Key, none).ConfigureAwait(false);
                var run = await services.GetRequiredService<RunStore>().FindAsync(id, none).ConfigureAwait(false)
                    ?? await services.GetRequiredService<RunStarts>().StartAsync(RunWorld.NewRun(id, world.Time) with { IdempotencyKey = Key }, process, none).ConfigureAwait(false);
                world.Account.Answered(run.Id);
                return run.Generation;
            case RunOperationKind.Cancel:
                var cancelled = await services.GetRequiredService<RunLifecycle>().CancelAsync(world.Run!, none).ConfigureAwait(false);
                return cancelled!.Generation;
            case RunOperationKind.Suspend:
                _ = await services.GetRequiredService<IRunControl>().SuspendAsync(world.Run!, Note, none).ConfigureAwait(false);
                return 1;
            case RunOperationKind.Resume:
                _ = await services.GetRequiredService<IRunControl>().ResumeAsync(world.Run!, Note, none).ConfigureAwait(false);
                return 1;
            default:
                var restart = Kind == RunOperationKind.RetryFailed ? RunRestart.Failed : new RunRestart(RestartKind.Stage, 1);
                var generation = await services.GetRequiredService<RunRestarts>().RestartAsync(world.Run!, restart, Name, Note, none).ConfigureAwait(false);
                await services.GetRequiredService<RunStarts>().StartPendingAsync(world.Run!, process, none).ConfigureAwait(false);
                return generation.Number;
        }
    }
}

internal enum RunOperationKind
{
    Start,
    Cancel,
    Suspend,
    Resume,
    RetryFailed,
    Restart,
}
