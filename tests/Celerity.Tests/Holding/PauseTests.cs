using Celerity.Holding;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Holding;

public sealed class PauseTests
{
    private const string Held = TaskSimulation.Queue + StorageNames.HeldSuffix;
    private static readonly ActionNote Note = new("ada", "the API is down");

    private readonly TaskSimulation _simulation = new();

    [Fact]
    public async Task PausedQueue_ItsTasks_AreMovedAsideUnattempted_AndRunWhenItIsResumed()
    {
        var worker = _simulation.Worker();
        await Control(worker).PauseQueueAsync(TaskSimulation.Queue, Note);
        await DropAsync(_simulation, "t1", "t2");

        await _simulation.DrainAsync(worker);

        Assert.Empty(_simulation.Script.Runs);
        Assert.Equal(2, _simulation.Storage.Queues.Count(Held));
        Assert.Equal(0, _simulation.Storage.Tables.Count(StorageNames.TasksTable));

        Assert.True(await Control(worker).ResumeQueueAsync(TaskSimulation.Queue, Note));
        Assert.Equal(0, _simulation.Storage.Queues.Count(Held));
        await _simulation.DrainAsync(worker);

        Assert.Equal([("t1", 1), ("t2", 1)], _simulation.Script.Runs.Order());
        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
    }

    [Fact]
    public async Task PausedTask_OfAPack_IsMovedAside_TheOthersRun()
    {
        var worker = _simulation.Worker();
        await Control(worker).PauseTaskAsync("TEST.result", Note);
        await _simulation.DropAsync(
            """{"v":1,"batch":[{"id":"t1","task":"test.echo","payload":{"text":"a"}},{"id":"t2","task":"test.result","payload":{"text":"b"}},{"id":"t3","task":"Test.Result","payload":{"text":"c"}}]}""");

        await _simulation.DrainAsync(worker);

        Assert.Equal([("t1", 1)], _simulation.Script.Runs);
        Assert.Equal(1, _simulation.Storage.Queues.Count(Held));
        await Control(worker).ResumeTaskAsync("test.result", Note);
        await _simulation.DrainAsync(worker);
        Assert.Equal(3, _simulation.Script.Runs.Count);
    }

    [Fact]
    public async Task Pause_OfAnotherProcess_CountsWithinSeconds()
    {
        var (worker, other) = (_simulation.Worker(), _simulation.Worker());
        await DropAsync(_simulation, "t1");
        await _simulation.DeliverOneAsync(worker);
        await Control(other).PauseQueueAsync(TaskSimulation.Queue, Note);
        _simulation.Time.Advance(TimeSpan.FromSeconds(3));
        await DropAsync(_simulation, "t2");

        await _simulation.DeliverOneAsync(worker);

        Assert.Equal([("t1", 1)], _simulation.Script.Runs);
    }

    [Fact]
    public async Task PackOfThreeHundred_IsHeldByTwoRequests()
    {
        var plan = new FaultPlan();
        var worker = _simulation.Worker(plan);
        await Control(worker).PauseQueueAsync(TaskSimulation.Queue, Note);
        var before = plan.Calls.Count;
        await _simulation.DropAsync($$"""{"v":1,"batch":[{{string.Join(",", Enumerable.Range(0, 300).Select(at => $$$"""{"id":"t{{{at}}}","task":"test.echo","payload":{"text":"x"}}"""))}}]}""");

        await _simulation.DrainAsync(worker);

        Assert.Equal(["queue.Send"], plan.Calls.Skip(before).Select(call => call.Name.Split(' ')[0]).Where(call => call != "table.Query"));
        await Control(worker).ResumeQueueAsync(TaskSimulation.Queue, Note);
        await _simulation.DrainAsync(worker);
        Assert.Equal(300, _simulation.Script.Runs.DistinctBy(run => run.Id).Count());
    }

    [Fact]
    public async Task Held_WhatIsStillPaused_StaysHeld()
    {
        var worker = _simulation.Worker();
        await Control(worker).PauseQueueAsync(TaskSimulation.Queue, Note);
        await Control(worker).PauseTaskAsync("test.result", Note);
        await DropAsync(_simulation, "t1");
        await _simulation.DropAsync("""{"id":"t2","task":"test.result","payload":{"text":"hi"}}""");
        await _simulation.DrainAsync(worker);

        await Control(worker).ResumeQueueAsync(TaskSimulation.Queue, Note);
        await _simulation.DrainAsync(worker);

        Assert.Equal([("t1", 1)], _simulation.Script.Runs);
        Assert.Equal(1, _simulation.Storage.Queues.Count(Held));
    }

    [Fact]
    public async Task Held_ByAnInstanceThatHasNotSeenTheResume_IsMovedByALaterRound()
    {
        var (worker, slow) = (_simulation.Worker(), _simulation.Worker());
        await Control(worker).PauseQueueAsync(TaskSimulation.Queue, Note);
        await DropAsync(_simulation, "t1");
        await _simulation.DeliverOneAsync(slow);
        await Control(worker).ResumeQueueAsync(TaskSimulation.Queue, Note);
        await _simulation.DrainAsync(worker);
        await DropAsync(_simulation, "t2");

        await _simulation.DeliverOneAsync(slow);
        Assert.Equal(1, _simulation.Storage.Queues.Count(Held));
        await RefillAsync(worker);
        Assert.Equal(0, _simulation.Storage.Queues.Count(Held));
        await _simulation.DrainAsync(worker);

        Assert.Equal(2, _simulation.Script.Runs.Count);
    }

    [Fact]
    public async Task Refills_AreCrossedOut_OnceEveryInstanceMustHaveSeenTheResume()
    {
        var worker = _simulation.Worker();
        await Control(worker).PauseQueueAsync(TaskSimulation.Queue, Note);
        await Control(worker).ResumeQueueAsync(TaskSimulation.Queue, Note);
        var before = _simulation.Storage.Tables.Count(StorageNames.ControlTable);
        await RefillAsync(worker);
        Assert.Equal(before, _simulation.Storage.Tables.Count(StorageNames.ControlTable));

        _simulation.Time.Advance(TimeSpan.FromMinutes(2));
        await RefillAsync(worker);

        Assert.Equal(before - 1, _simulation.Storage.Tables.Count(StorageNames.ControlTable));
        var plan = new FaultPlan();
        await RefillAsync(_simulation.Worker(plan));
        Assert.DoesNotContain(plan.Calls, call => call.Name.StartsWith("queue", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refill_WhileARoundThatBeganBeforeHidesWhatItLookedAt_ComesBackForIt()
    {
        var worker = _simulation.Worker();
        await Control(worker).PauseQueueAsync(TaskSimulation.Queue, Note);
        await DropAsync(_simulation, "t1");
        await _simulation.DrainAsync(worker);

        // A round goes on for 40 seconds by what it read at its start, and hides each message for 30 seconds.
        Assert.Single(await _simulation.Queues.ReceiveAsync(Held, 32, TimeSpan.FromSeconds(40 + 30), CancellationToken.None));
        await Control(worker).ResumeQueueAsync(TaskSimulation.Queue, Note);
        for (var minute = 0; minute < 2; minute++)
        {
            _simulation.Time.Advance(TimeSpan.FromMinutes(1));
            await RefillAsync(worker);
        }

        Assert.Equal(0, _simulation.Storage.Queues.Count(Held));
    }

    [Fact]
    public async Task Refill_WhileALookThatDiedHidesAMessage_IsNotCrossedOut()
    {
        var worker = _simulation.Worker();
        await Control(worker).PauseQueueAsync(TaskSimulation.Queue, Note);
        await DropAsync(_simulation, "t1");
        await _simulation.DrainAsync(worker);
        await worker.GetRequiredService<IQueueStore>().ReceiveAsync(Held, 1, TimeSpan.FromMinutes(3), CancellationToken.None);
        await Control(worker).ResumeQueueAsync(TaskSimulation.Queue, Note);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            _simulation.Time.Advance(TimeSpan.FromMinutes(2));
            await RefillAsync(worker);
        }

        Assert.Equal(0, _simulation.Storage.Queues.Count(Held));
        await _simulation.DrainAsync(worker);
        Assert.Equal([("t1", 1)], _simulation.Script.Runs);
    }

    [Fact]
    public async Task Refill_WhatStaysForAnotherReason_DoesNotKeepItOnTheBoard()
    {
        var worker = _simulation.Worker();
        await Control(worker).PauseQueueAsync(TaskSimulation.Queue, Note);
        await Control(worker).PauseTaskAsync("test.echo", Note);
        await DropAsync(_simulation, "t1", "t2");
        await _simulation.DrainAsync(worker);
        await Control(worker).ResumeQueueAsync(TaskSimulation.Queue, Note);

        _simulation.Time.Advance(TimeSpan.FromMinutes(2));
        await RefillAsync(worker);

        Assert.Equal(2, _simulation.Storage.Queues.Count(Held));
        var plan = new FaultPlan();
        await RefillAsync(_simulation.Worker(plan));
        Assert.DoesNotContain(plan.Calls, call => call.Name.StartsWith("queue", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pause_Repeated_SaysSo_AndIsAuditedOnce()
    {
        var control = Control(_simulation.Worker());
        Assert.True(await control.PauseQueueAsync(TaskSimulation.Queue, Note));
        Assert.False(await control.PauseQueueAsync(TaskSimulation.Queue, Note));
        Assert.Equal(["ada"], (await control.ListPausesAsync()).Select(pause => pause.Who));

        var audit = (await control.ListAuditAsync()).Records;

        var record = Assert.Single(audit);
        Assert.Equal(("ada", "queue.pause", TaskSimulation.Queue, "the API is down"), (record.Who, record.What, record.Target, record.Why));
    }

    [Fact]
    public async Task Pause_OfWhatThereIsNot_IsRefused()
    {
        var control = Control(_simulation.Worker());

        Assert.Equal("CEL0231", (await Assert.ThrowsAsync<CelerityException>(() => control.PauseQueueAsync("nowhere", Note))).Code);
        Assert.Equal("CEL0201", (await Assert.ThrowsAsync<CelerityException>(() => control.PauseTaskAsync("test.unknown", Note))).Code);
        Assert.Empty((await control.ListAuditAsync()).Records);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HoldAndRefill_AnyFaultAtAnyCall_EachTaskEndsOnce(bool isPack)
    {
        var record = new FaultPlan();
        await LiveAsync(new TaskSimulation(), record, isPack);

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var simulation = new TaskSimulation();
            await LiveAsync(simulation, plan, isPack);

            Assert.True(plan.HasFired, plan.ToString());
            foreach (var id in new[] { "t1", "t2", "t3" })
            {
                Assert.True((await simulation.FindAsync(id))?.State == TaskState.Succeeded, $"{plan}: {id}");
            }

            Assert.True(simulation.Storage.Queues.Count(Held) == 0, $"{plan}: something is held");
            // The tasks of a pack end in one transaction, and run again where it fails.
            Assert.True(simulation.Script.Runs.Count <= (isPack ? 6 : 4), $"{plan}: {simulation.Script.Runs.Count} runs");
        }
    }

    // Paused, sent to, resumed and run; each step is done again where its process died.
    private static async Task LiveAsync(TaskSimulation simulation, FaultPlan plan, bool isPack)
    {
        await Control(simulation.Worker()).PauseQueueAsync(TaskSimulation.Queue, Note);
        var worker = simulation.Worker(plan);
        await (isPack
            ? simulation.DropAsync("""{"v":1,"batch":[{"id":"t1","task":"test.echo","payload":{"text":"a"}},{"id":"t2","task":"test.result","payload":{"text":"b"}},{"id":"t3","task":"test.echo","payload":{"text":"c"}}]}""").AsTask()
            : DropAsync(simulation, "t1", "t2", "t3"));
        Func<Task>[] steps =
        [
            () => simulation.DrainAsync(worker),
            () => Control(worker).ResumeQueueAsync(TaskSimulation.Queue, Note),
            () => simulation.DrainAsync(worker),
            () => RefillAsync(worker),
            () => simulation.DrainAsync(worker),

            // As long as the board says so.
            () => RefillAsync(worker),
            () => simulation.DrainAsync(worker),
        ];
        foreach (var step in steps)
        {
            simulation.Time.Advance(TimeSpan.FromSeconds(20));
            try
            {
                await step();
            }
            catch (Exception exception) when (exception is ProcessKilledException or InjectedFaultException)
            {
                worker = plan.IsDead ? simulation.Worker() : worker;
                simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
                simulation.Storage.Queues.LoseLeases(Held);
                await step();
            }
        }
    }

    private static async Task RefillAsync(IServiceProvider worker) =>
        await worker.GetRequiredService<HeldQueues>().RefillAsync(TimeSpan.FromMinutes(1), CancellationToken.None);

    private static async Task DropAsync(TaskSimulation simulation, params IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            await simulation.DropAsync($$"""{"id":"{{id}}","task":"test.echo","payload":{"text":"hi"} }""");
        }
    }

    private static IAppControl Control(IServiceProvider worker) => worker.GetRequiredService<IAppControl>();
}
