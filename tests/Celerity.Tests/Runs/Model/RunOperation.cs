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

    /// <summary>Gets how it is asked: nothing comes in between, and nobody dies, where that is at once.</summary>
    public RunPace Pace { get; init; } = RunPace.Apart;

    /// <summary>Gets the stage that a restart begins with.</summary>
    public int Stage { get; init; } = 1;

    /// <summary>Asks.</summary>
    /// <returns>The generation of the run that it was about.</returns>
    public async Task<int> AskAsync(RunProcess process, RunWorld world, IServiceProvider services)
    {
        var none = CancellationToken.None;
        switch (Kind)
        {
            case RunOperationKind.Start or RunOperationKind.Clone:
                var run = await StartAsync(process, world, services).ConfigureAwait(false);
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
                var restart = Kind == RunOperationKind.RetryFailed ? RunRestart.Failed : new RunRestart(RestartKind.Stage, Stage);
                var generation = await services.GetRequiredService<RunRestarts>().RestartAsync(world.Run!, restart, Name, Note, none).ConfigureAwait(false);
                await services.GetRequiredService<RunStarts>().StartPendingAsync(world.Run!, process, none).ConfigureAwait(false);
                return generation.Number;
        }
    }

    // As the starter does, which checks the request in between.
    private async Task<RunRecord> StartAsync(RunProcess process, RunWorld world, IServiceProvider services)
    {
        var none = CancellationToken.None;
        var runs = services.GetRequiredService<RunStore>();
        var source = Kind == RunOperationKind.Clone ? await runs.FindAsync(RunWorld.FirstRun, none).ConfigureAwait(false) : null;
        var id = await services.GetRequiredService<RunStartKeys>().TakeAsync("p", Key, none).ConfigureAwait(false);
        if (await runs.FindAsync(id, none).ConfigureAwait(false) is { } known)
        {
            return known;
        }

        var run = RunWorld.NewRun(id, world.Time) with { IdempotencyKey = Key };
        return await services.GetRequiredService<RunStarts>()
            .StartAsync(source is null ? run : run with { CloneOf = source.Id, Request = RunStory.OtherRequest }, process, none).ConfigureAwait(false);
    }
}

internal enum RunOperationKind
{
    Start,
    Clone,
    Cancel,
    Suspend,
    Resume,
    RetryFailed,
    Restart,
}
