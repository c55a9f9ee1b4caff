using Celerity.Runs;
using Celerity.Stages;
using Celerity.Tests.DeadLetters;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>A run whose deadline has come ends as failed, as CEL0361, and its slices are dropped.</summary>
public sealed class DeadlineTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData("PT2H", 7200)]
    [InlineData("P1DT12H", 129_600)]
    [InlineData("PT1S", 1)]
    [InlineData("P365D", 31_536_000)]
    public void TimeLimit_OfADuration_IsRead(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), RunTimeLimit.TryRead(text));

    [Theory]
    [InlineData("")]
    [InlineData("-PT2H")]
    [InlineData("PT0.5S")]
    [InlineData("P366D")]
    [InlineData("P99999999999D")]
    [InlineData("02:00:00")]
    [InlineData("PT")]
    public void TimeLimit_OfAnythingElse_IsNone(string text) => Assert.Null(RunTimeLimit.TryRead(text));

    [Fact]
    public async Task Deadline_HasCome_RunFailsAndItsSlicesAreDropped()
    {
        var stage = await BeginAsync();
        var lifecycle = stage.Worker.GetRequiredService<RunLifecycle>();
        Assert.Equal(Hour, await lifecycle.ExpireAsync(stage.Simulation.Key.Run, 1, CancellationToken.None));
        Assert.Equal(RunState.Running, (await FindAsync(stage)).State);

        stage.Simulation.Time.Advance(Hour);
        Assert.Equal(TimeSpan.Zero, await lifecycle.ExpireAsync(stage.Simulation.Key.Run, 1, CancellationToken.None));
        Assert.Equal((RunState.Cancelling, "CEL0361"), StateOf(await FindAsync(stage)));
        await stage.DeliverAsync();
        await lifecycle.FinishAsync(stage.Simulation.Key.Run, 1, null, StageFault.Cancelled, CancellationToken.None);

        Assert.Empty(stage.Starts);
        Assert.Equal(0, stage.Waiting);
        var run = await FindAsync(stage);
        Assert.Equal((RunState.Failed, "CEL0361"), StateOf(run));
        Assert.StartsWith("The run had not ended by its deadline, 2026-01-01 01:00:00Z", run.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deadline_HasComeBeforeItBegan_DoesNotBegin()
    {
        var stage = await BeginAsync(RunState.Pending);
        stage.Simulation.Time.Advance(2 * Hour);

        Assert.False(await stage.Worker.GetRequiredService<RunLifecycle>().TryBeginAsync(stage.Simulation.Key.Run, 1, CancellationToken.None));
        await stage.Simulation.EndAsync(stage.Worker, StageFault.Cancelled);

        Assert.Equal((RunState.Failed, "CEL0361"), StateOf(await FindAsync(stage)));
    }

    [Fact]
    public async Task Deadline_OfARunThatIsCancelledOrHasEnded_ChangesNothing()
    {
        var stage = await BeginAsync();
        var lifecycle = stage.Worker.GetRequiredService<RunLifecycle>();
        await lifecycle.CancelAsync(stage.Simulation.Key.Run, CancellationToken.None);
        stage.Simulation.Time.Advance(Hour);

        Assert.Equal(TimeSpan.Zero, await lifecycle.ExpireAsync(stage.Simulation.Key.Run, 1, CancellationToken.None));
        await stage.Simulation.EndAsync(stage.Worker, StageFault.Cancelled);
        Assert.Equal((RunState.Cancelled, "CEL0312"), StateOf(await FindAsync(stage)));
        Assert.Equal(TimeSpan.Zero, await lifecycle.ExpireAsync(stage.Simulation.Key.Run, 1, CancellationToken.None));
        Assert.Equal((RunState.Cancelled, "CEL0312"), StateOf(await FindAsync(stage)));
    }

    [Fact]
    public async Task Deadline_OfAPipelineThatHasJustSucceeded_LeavesItsResult()
    {
        var stage = await BeginAsync();
        stage.Simulation.Time.Advance(Hour);
        await stage.Worker.GetRequiredService<RunLifecycle>().ExpireAsync(stage.Simulation.Key.Run, 1, CancellationToken.None);

        await stage.Simulation.EndAsync(stage.Worker);

        Assert.Equal((RunState.Succeeded, null), StateOf(await FindAsync(stage)));
    }

    [Fact]
    public async Task Restart_GivesTheGenerationAsMuchTime()
    {
        var stage = await BeginAsync();
        stage.Simulation.Time.Advance(3 * Hour);
        await stage.Worker.GetRequiredService<RunLifecycle>().ExpireAsync(stage.Simulation.Key.Run, 1, CancellationToken.None);
        await stage.Simulation.EndAsync(stage.Worker, StageFault.Cancelled);

        await stage.Simulation.RestartAsync(stage.Worker, RunRestart.Failed);

        Assert.Equal((RunState.Running, stage.Simulation.Time.GetUtcNow() + Hour), ((await FindAsync(stage)).State, (await FindAsync(stage)).Deadline!.Value));
    }

    [Fact]
    public Task Deadline_AnyFaultAtAnyCall_RunFailsAsLate() => EveryFault.PlayAsync(async plan =>
    {
        var stage = await BeginAsync();
        stage.Simulation.Time.Advance(Hour);
        var worker = stage.Simulation.Worker(plan);
        Func<Task>[] steps =
        [
            async () => Assert.Equal(TimeSpan.Zero, await worker.GetRequiredService<RunLifecycle>().ExpireAsync(stage.Simulation.Key.Run, 1, CancellationToken.None)),
            () => stage.Simulation.EndAsync(worker, StageFault.Cancelled),
        ];
        foreach (var step in steps)
        {
            try
            {
                await step();
            }
            catch (Exception exception) when (plan.HasFired && EveryFault.IsPlanned(exception))
            {
                worker = plan.IsDead ? stage.Simulation.Worker() : worker;
                await step();
            }
        }

        Assert.Equal((RunState.Failed, "CEL0361"), StateOf(await FindAsync(stage)));
    });

    // A run of 9 chunks that may take an hour.
    private static async Task<LimitedStage> BeginAsync(RunState state = RunState.Running)
    {
        var stage = new LimitedStage(9);
        await stage.BeginAsync();
        await stage.Worker.GetRequiredService<RunStore>().ChangeAsync(
            stage.Simulation.Key.Run, run => run with { State = state, TimeLimit = Hour, Deadline = run.CreatedAt + Hour }, CancellationToken.None);
        return stage;
    }

    private static async Task<RunRecord> FindAsync(LimitedStage stage) =>
        (await stage.Worker.GetRequiredService<RunStore>().FindAsync(stage.Simulation.Key.Run, CancellationToken.None))!;

    private static (RunState State, string? Code) StateOf(RunRecord run) => (run.State, run.ErrorCode);
}
