using Celerity.DeadLetters.Actions;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.DeadLetters;

public sealed class PurgeTests
{
    private static readonly DeadLetterFilter All = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Purge_WhatFits_GoesAndTheRestStays()
    {
        var bench = new LetterBench();
        await bench.DieAsync(0, 150);
        await bench.DieAsync(150, 10, reason: "another cause");
        var group = (await bench.Letters().FindAsync("t0", Cancel))!.Group;
        var preview = await bench.Letters().PreviewPurgeAsync(new DeadLetterFilter { Group = group }, Cancel);
        Assert.Equal((150, 150), (preview.Matched, preview.Affected));

        var action = await bench.Letters().PurgeAsync(new DeadLetterFilter { Group = group }, LetterBench.Note, Cancel);
        action = await bench.FinishAsync(action.Id);

        Assert.Equal((DeadLetterActionState.Completed, 150), (action.State, action.Done));
        Assert.Equal(10, (await bench.Tasks.DeadLettersAsync()).Count);
        bench.Tasks.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(10, (await bench.OnlyGroupAsync()).Open);
    }

    [Fact]
    public async Task Purge_KilledOrFaultedAtAnyCall_DeletesAndCountsEachOnce()
    {
        await EveryFault.PlayAsync(async plan =>
        {
            var bench = new LetterBench();
            await bench.DieAsync(0, 5);
            await bench.DieAsync(5, 2, reason: "another cause");
            var action = await bench.Letters().PurgeAsync(All, LetterBench.Note, Cancel);

            action = await bench.FinishAsync(action.Id, plan);

            Assert.Equal((DeadLetterActionState.Completed, 7), (action.State, action.Done));
            Assert.Empty(await bench.Tasks.DeadLettersAsync());
        });
    }

    [Fact]
    public async Task Purge_WhatDiesMeanwhile_Stays()
    {
        var bench = new LetterBench();
        await bench.DieAsync(0, 3);
        var action = await bench.Letters().PurgeAsync(All, LetterBench.Note, Cancel);
        await bench.DieAsync(10, 2);

        action = await bench.FinishAsync(action.Id);

        Assert.Equal(3, action.Done);
        Assert.Equal(2, (await bench.Tasks.DeadLettersAsync()).Count);
    }

    [Fact]
    public async Task Purge_OfWhatAReplayHasMarked_LeavesItUntilItIsSent()
    {
        // The replay dies after it has marked its letters, before it has sent one.
        var bench = new LetterBench();
        await bench.DieAsync(0, 3);
        var replay = await bench.Letters().ReplayAsync(All, new ReplayOptions(), LetterBench.Note, Cancel);
        await bench.Tasks.Worker().GetRequiredService<ActionRunner>().StepAsync(replay.Id, Cancel);
        var killed = new FaultPlan(new SeamCall(0, $"table.TryWriteAll {StorageNames.DeadLettersTable}", 1), FaultKind.KillAfter);
        await Assert.ThrowsAsync<ProcessKilledException>(
            () => bench.Tasks.Worker(killed).GetRequiredService<ActionRunner>().StepAsync(replay.Id, Cancel).AsTask());

        var early = await bench.Letters().PurgeAsync(All, LetterBench.Note, Cancel);
        Assert.Equal(0, (await bench.FinishAsync(early.Id, runsTasks: false)).Done);

        // Nor do they go by their age.
        bench.Tasks.Time.Advance(TimeSpan.FromDays(31));
        await bench.MaintainAsync();
        Assert.Equal(3, (await bench.FinishAsync(replay.Id, runsTasks: false)).Done);
        Assert.Equal(3, bench.Tasks.Storage.Queues.Count(TaskSimulation.Queue));

        var late = await bench.Letters().PurgeAsync(All, LetterBench.Note, Cancel);
        Assert.Equal(3, (await bench.FinishAsync(late.Id, runsTasks: false)).Done);
        Assert.Empty(await bench.Tasks.DeadLettersAsync());
    }

    [Fact]
    public async Task Action_ThatHasEnded_GoesAfterAMonth()
    {
        var bench = new LetterBench();
        await bench.DieAsync(0, 3);
        var ended = await bench.Letters().PurgeAsync(All, LetterBench.Note, Cancel);
        await bench.FinishAsync(ended.Id);
        var open = await bench.Letters().PurgeAsync(All, LetterBench.Note, Cancel);
        bench.Tasks.Time.Advance(TimeSpan.FromDays(29));
        await bench.MaintainAsync();
        Assert.NotNull(await bench.Letters().FindActionAsync(ended.Id, Cancel));

        bench.Tasks.Time.Advance(TimeSpan.FromDays(2));
        await bench.MaintainAsync();

        Assert.Equal([open.Id], (await bench.Letters().ListActionsAsync(cancellationToken: Cancel)).Select(action => action.Id));
    }

    [Fact]
    public async Task Purge_Cancelled_DeletesNothingMore()
    {
        var bench = new LetterBench();
        await bench.DieAsync(0, 3);
        var action = await bench.Letters().PurgeAsync(All, LetterBench.Note, Cancel);

        Assert.True(await bench.Letters().CancelActionAsync(action.Id, LetterBench.Note, Cancel));
        Assert.False(await bench.Letters().CancelActionAsync(action.Id, LetterBench.Note, Cancel));
        action = await bench.FinishAsync(action.Id, new FaultPlan());

        Assert.Equal((DeadLetterActionState.Cancelled, 0), (action.State, action.Done));
        Assert.Equal(3, (await bench.Tasks.DeadLettersAsync()).Count);
        Assert.Equal(
            ErrorCodes.UnknownAction, (await Assert.ThrowsAsync<CelerityException>(() => bench.Letters().CancelActionAsync("none", LetterBench.Note, Cancel))).Code);
    }
}
