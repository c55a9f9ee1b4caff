using Celerity.Handover;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Xunit;

namespace Celerity.Tests.Tasks;

/// <summary>Rows 1 to 13 of the protocol table in <c>docs/state-machine.md</c>: each is the shortest way to lose or double work without its rule.</summary>
public sealed class HandoverProtocolTests
{
    private const string Plain = """{"id":"t1","task":"test.echo","payload":{"text":"hi"}}""";

    private readonly TaskSimulation _simulation = new();

    [Fact]
    public async Task Row01_SendStoredTwice_SecondIsNotRunOverTheFirstsEnd()
    {
        await _simulation.DropAsync(Plain);
        await _simulation.DropAsync(Plain);

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.End);
        Assert.Single(_simulation.Script.Runs);
    }

    [Fact]
    public async Task Row01_TwinWhileTheFirstRuns_IsDropped()
    {
        await _simulation.DropAsync(Plain);
        await _simulation.DropAsync(Plain);
        var worker = _simulation.Worker();
        var twin = (await _simulation.ReceiveAsync())!;
        _simulation.Script.Run = _ =>
        {
            TaskSimulation.RunAsync(_simulation.Worker(), twin).GetAwaiter().GetResult();
            return TaskOutcome.Completed;
        };

        await _simulation.DeliverOneAsync(worker);

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.End);
        Assert.Single(_simulation.Script.Runs);
    }

    [Fact]
    public async Task Row02_SuccessorClaimedBeforeTheRowMoves_IsNotFenced()
    {
        // Between sending the successor and moving the row, another worker receives the successor, claims it and ends it.
        _simulation.Script.Run = context => context.Attempt == 1 ? TaskOutcome.Retry(TimeSpan.Zero) : TaskOutcome.CompletedWith(context.Attempt);
        await _simulation.DropAsync(Plain);
        var item = (await _simulation.ReceiveAsync())!;
        var row = new ControlRow { Seq = 1, Delivery = "d1", Attempt = 2, End = TaskState.Succeeded };
        var rows = new ControlRows(_simulation.Storage.Tables);
        var first = new ControlRow { Seq = 0, Delivery = "", Attempt = 1, Claim = new ControlClaim(item.MessageId, 1, "a") };
        var claimed = (await rows.TryWriteAsync(ControlKey.OfTask("t1"), first, null, CancellationToken.None))!;
        await rows.TryWriteAsync(ControlKey.OfTask("t1"), row, claimed.ETag, CancellationToken.None);

        var moved = await rows.TryWriteAsync(ControlKey.OfTask("t1"), first with { Seq = 1, Claim = null }, claimed.ETag, CancellationToken.None);

        Assert.Null(moved);
        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.End);
    }

    [Fact]
    public async Task Row03_SendRowAndControlRow_AreTwoRows()
    {
        var worker = _simulation.Worker();
        var id = await ((IBackgroundTasks)worker.GetService(typeof(IBackgroundTasks))!).EnqueueAsync(new EchoTask("hi"));

        await _simulation.DrainAsync(worker);

        var key = ControlKey.OfTask(id);
        var send = await ((ITableStore)_simulation.Storage.Tables).FindAsync(key.Table, key.Partition, ControlKey.SendRowOf(id), CancellationToken.None);
        Assert.Equal("test.echo", send!.FindString("task"));
        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync(id))!.End);
    }

    [Fact]
    public async Task Row04_LowerDequeueCount_NeverTakesTheClaimOfAHigher()
    {
        await _simulation.DropAsync(Plain);
        var stale = (await _simulation.ReceiveAsync())!;
        _simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
        var current = (await _simulation.ReceiveAsync())!;
        _simulation.Script.Run = _ =>
        {
            // While the second delivery runs, the first wakes up and dies.
            TaskSimulation.RunAsync(_simulation.Worker(), stale).GetAwaiter().GetResult();
            return TaskOutcome.Completed;
        };

        await TaskSimulation.RunAsync(_simulation.Worker(), current);

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.End);
        Assert.Single(_simulation.Script.Runs);
    }

    [Fact]
    public async Task Row05_PoisonCopyOfAClaimedTask_IsHandedOverAndRuns()
    {
        await _simulation.DropAsync(Plain);
        await DieWhileRunningAsync();
        await _simulation.PoisonAsync();
        _simulation.Script.Run = _ => TaskOutcome.Completed;

        await TaskSimulation.DrainPoisonAsync(_simulation.Worker());
        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.End);
        Assert.Equal(0, _simulation.Storage.Queues.Count(TaskSimulation.Queue + StorageNames.PoisonSuffix));
    }

    [Fact]
    public async Task Row06_OutcomeStoredEffectsNot_DrainRepeatsThem()
    {
        _simulation.Script.Run = _ => TaskOutcome.DeadLetter("never");
        await _simulation.DropAsync(Plain);
        var plan = new FaultPlan(new SeamCall(0, $"table.TryReplace {StorageNames.TasksTable}", 1), FaultKind.KillAfter);
        await Assert.ThrowsAsync<ProcessKilledException>(() => _simulation.DrainAsync(_simulation.Worker(plan)));
        Assert.Empty(await _simulation.DeadLettersAsync());
        await _simulation.PoisonAsync();

        await TaskSimulation.DrainPoisonAsync(_simulation.Worker());

        Assert.Single(await _simulation.DeadLettersAsync());
        Assert.Equal(0, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
    }

    [Fact]
    public async Task Row07_NoRowAndSeqAbove0_IsClaimedByInserting()
    {
        await _simulation.DropAsync("""{"id":"t1","task":"test.echo","payload":{"text":"hi"},"seq":1,"delivery":"d1","attempt":2}""");
        ControlRow? seen = null;
        _simulation.Script.Run = _ =>
        {
            seen = _simulation.FindAsync("t1").GetAwaiter().GetResult();
            return TaskOutcome.Completed;
        };

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal((1, "d1"), (seen!.Seq, seen.Delivery));
        Assert.NotNull(seen.Claim);
    }

    [Fact]
    public async Task Row09_RefusedOutcome_DoesTheEffectsOfTheStoredOneOnly()
    {
        // The pass wants to dead-letter, but another delivery has stored success meanwhile.
        _simulation.Script.Run = _ =>
        {
            var rows = new ControlRows(_simulation.Storage.Tables);
            var row = _simulation.FindAsync("t1").GetAwaiter().GetResult()!;
            rows.TryWriteAsync(ControlKey.OfTask("t1"), row with { End = TaskState.Succeeded }, row.ETag, CancellationToken.None)
                .AsTask().GetAwaiter().GetResult();
            return TaskOutcome.DeadLetter("never");
        };
        await _simulation.DropAsync(Plain);

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.End);
        Assert.Empty(await _simulation.DeadLettersAsync());
    }

    [Fact]
    public async Task Row10_CrashBeforeTheTerminalRow_LeavesNoDeadLetterOfATaskThatThenSucceeds()
    {
        _simulation.Script.Run = _ => TaskOutcome.DeadLetter("never");
        await _simulation.DropAsync(Plain);
        var plan = new FaultPlan(new SeamCall(0, $"table.TryReplace {StorageNames.TasksTable}", 1), FaultKind.KillBefore);
        await Assert.ThrowsAsync<ProcessKilledException>(() => _simulation.DrainAsync(_simulation.Worker(plan)));
        _simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
        _simulation.Script.Run = _ => TaskOutcome.Completed;

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.End);
        Assert.Empty(await _simulation.DeadLettersAsync());
    }

    [Fact]
    public async Task Row11_StrangersMessageWithoutId_EndsUnderItsFirstIdentity()
    {
        await _simulation.DropAsync("""{"task":"test.echo","payload":{"text":"hi"}}""");
        var item = (await _simulation.ReceiveAsync())!;
        _simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
        await DieWhileRunningAsync();

        // The second delivery wrote the id into the envelope: the poison copy, with another message id, is still the same task.
        await _simulation.DeliverOneAsync(_simulation.Worker());
        await _simulation.PoisonAsync();
        _simulation.Script.Run = _ => TaskOutcome.Completed;
        await TaskSimulation.DrainPoisonAsync(_simulation.Worker());
        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync($"q-{item.MessageId}"))!.End);
        Assert.Single(_simulation.Script.Runs.Select(run => run.Id).Distinct());
    }

    [Fact]
    public async Task Row12_PackExplodedWhileAnItemIsClaimed_EachItemEndsOnce()
    {
        await _simulation.DropAsync("""{"batch":[{"id":"t1","task":"test.echo","payload":{"text":"a"}},{"id":"t2","task":"test.echo","payload":{"text":"b"}}]}""");
        await DieWhileRunningAsync();
        _simulation.Script.Run = _ => TaskOutcome.Completed;
        _simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.End);
        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t2"))!.End);
        Assert.Equal(1, (await _simulation.FindAsync("t2"))!.Seq);
    }

    [Fact]
    public async Task Row13_ReplyToOnesOwnClaimIsLost_IsNoCrash()
    {
        var rows = new ControlRows(new LosingTables(_simulation.Storage.Tables));

        var (action, row) = await rows.ClaimAsync(ControlKey.OfTask("t1"), new Handed(0, "", 1, 0), "m", 1, CancellationToken.None);

        Assert.Equal(DeliveryAction.Run, action);
        Assert.Equal(0, row.Crashes);
    }

    [Fact]
    public async Task Crasher_DiesThreeTimes_EndsAsCrashed()
    {
        await _simulation.DropAsync(Plain);
        for (var death = 0; death < 3; death++)
        {
            await DieWhileRunningAsync();
            _simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
        }

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.DeadLettered, (await _simulation.FindAsync("t1"))!.End);
        Assert.Equal(nameof(ErrorCategory.Crashed), Assert.Single(await _simulation.DeadLettersAsync()).FindString("category"));
        Assert.Equal(3, _simulation.Script.Runs.Count);
    }

    // A process receives the next message, claims its task, and dies in the handler.
    private async Task DieWhileRunningAsync()
    {
        var plan = new FaultPlan();
        var before = _simulation.Script.Run;
        _simulation.Script.Run = _ =>
        {
            plan.Kill("in the handler");
            return TaskOutcome.Completed;
        };
        await Assert.ThrowsAsync<ProcessKilledException>(() => _simulation.DrainAsync(_simulation.Worker(plan)));
        _simulation.Script.Run = before;
    }

    // Stores the insert, and answers as the SDK does when it has sent it a second time.
    private sealed class LosingTables(ITableStore inner) : ITableStore
    {
        public async ValueTask<string?> TryInsertAsync(string table, TableRow row, CancellationToken cancellationToken)
        {
            await inner.TryInsertAsync(table, row, cancellationToken);
            return null;
        }

        public ValueTask<bool> TryInsertAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
            inner.TryInsertAllAsync(table, rows, cancellationToken);

        public ValueTask<string?> TryReplaceAsync(string table, TableRow row, string etag, CancellationToken cancellationToken) =>
            inner.TryReplaceAsync(table, row, etag, cancellationToken);

        public ValueTask<bool> TryDeleteAsync(string table, string partitionKey, string rowKey, string etag, CancellationToken cancellationToken) =>
            inner.TryDeleteAsync(table, partitionKey, rowKey, etag, cancellationToken);

        public ValueTask<TableRow?> FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellationToken) =>
            inner.FindAsync(table, partitionKey, rowKey, cancellationToken);

        public IAsyncEnumerable<TableRow> QueryAsync(string table, TableQuery query, CancellationToken cancellationToken) =>
            inner.QueryAsync(table, query, cancellationToken);
    }
}
