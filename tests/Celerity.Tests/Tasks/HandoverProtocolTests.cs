using Celerity.Handover;
using Celerity.Storage;
using Celerity.Tasks;
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

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
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

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
        Assert.Single(_simulation.Script.Runs);
    }

    [Fact]
    public async Task Row02_SuccessorEndedBeforeTheRowMoves_StaysEnded()
    {
        // Between sending the successor and moving the row, another worker receives the successor, claims it and ends it.
        await _simulation.DropAsync(Plain);
        var item = (await _simulation.ReceiveAsync())!;
        var key = TaskKeys.ControlOf("t1");
        var first = await _simulation.Rows.ClaimAsync(key, new DeliveryStamp(0, "", item.MessageId, 1), new ControlRow(0, "", 1, 0), "a", CancellationToken.None);
        var successor = new ControlRow(1, "d1", 2, 0);
        var second = await _simulation.Rows.ClaimAsync(key, new DeliveryStamp(1, "d1", "m2", 1), successor, "b", CancellationToken.None);
        await _simulation.Rows.TryEndAsync(key, second.Row, Ended(second.Row!, TaskState.Succeeded), CancellationToken.None);

        var moved = await _simulation.Rows.TryMoveAsync(key, first.Row, successor, CancellationToken.None);

        Assert.False(moved);
        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
    }

    [Fact]
    public async Task Row03_SendRowAndControlRow_AreTwoRows()
    {
        var worker = _simulation.Worker();
        var id = await ((IBackgroundTasks)worker.GetService(typeof(IBackgroundTasks))!).EnqueueAsync(new EchoTask("hi"));

        await _simulation.DrainAsync(worker);

        var key = TaskKeys.SendOf(id);
        var send = await ((ITableStore)_simulation.Storage.Tables).FindAsync(key.Table, key.PartitionKey, key.RowKey, CancellationToken.None);
        Assert.Equal("test.echo", send!.FindString("task"));
        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync(id))!.State);
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

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
        Assert.Single(_simulation.Script.Runs);
    }

    [Fact]
    public async Task Row05_PoisonCopyOfAClaimedTask_IsHandedOverAndRuns()
    {
        await _simulation.DropAsync(Plain);
        await _simulation.DieWhileRunningAsync();
        await _simulation.PoisonAsync();
        _simulation.Script.Run = _ => TaskOutcome.Completed;

        await TaskSimulation.DrainPoisonAsync(_simulation.Worker());
        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
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
            var row = _simulation.FindAsync("t1").GetAwaiter().GetResult()!;
            _simulation.Rows.TryEndAsync(TaskKeys.ControlOf("t1"), row, Ended(row, TaskState.Succeeded), CancellationToken.None)
                .AsTask().GetAwaiter().GetResult();
            return TaskOutcome.DeadLetter("never");
        };
        await _simulation.DropAsync(Plain);

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
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

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
        Assert.Empty(await _simulation.DeadLettersAsync());
    }

    [Fact]
    public async Task Row11_StrangersMessageWithoutId_EndsUnderItsFirstIdentity()
    {
        await _simulation.DropAsync("""{"task":"test.echo","payload":{"text":"hi"}}""");
        var item = (await _simulation.ReceiveAsync())!;
        _simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
        await _simulation.DieWhileRunningAsync();

        // The second delivery wrote the id into the envelope: the poison copy, with another message id, is still the same task.
        await _simulation.DeliverOneAsync(_simulation.Worker());
        await _simulation.PoisonAsync();
        _simulation.Script.Run = _ => TaskOutcome.Completed;
        await TaskSimulation.DrainPoisonAsync(_simulation.Worker());
        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync(item.MessageId))!.State);
        Assert.Single(_simulation.Script.Runs.Select(run => run.Id).Distinct());
    }

    [Fact]
    public async Task Row12_PackExplodedWhileAnItemIsClaimed_EachItemEndsOnce()
    {
        await _simulation.DropAsync("""{"batch":[{"id":"t1","task":"test.echo","payload":{"text":"a"}},{"id":"t2","task":"test.echo","payload":{"text":"b"}}]}""");
        await _simulation.DieWhileRunningAsync();
        _simulation.Script.Run = _ => TaskOutcome.Completed;
        _simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t2"))!.State);
        Assert.Equal(1, (await _simulation.FindAsync("t2"))!.Seq);
    }

    [Fact]
    public async Task Row13_ReplyToOnesOwnClaimIsLost_IsNoCrash()
    {
        var rows = new ControlRows(new LosingTables(_simulation.Storage.Tables), _simulation.Time);

        var claim = await rows.ClaimAsync(
            TaskKeys.ControlOf("t1"), new DeliveryStamp(0, "", "m", 1), new ControlRow(0, "", 1, 0), "a", CancellationToken.None);

        Assert.Equal(DeliveryVerdict.Claim, claim.Verdict);
        Assert.Equal(0, claim.Row!.Crashes);
    }

    [Fact]
    public async Task Crasher_DiesThreeTimes_EndsAsCrashed()
    {
        await _simulation.DropAsync(Plain);
        for (var death = 0; death < 3; death++)
        {
            await _simulation.DieWhileRunningAsync();
            _simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
        }

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.DeadLettered, (await _simulation.FindAsync("t1"))!.State);
        Assert.Equal(nameof(ErrorCategory.Crashed), Assert.Single(await _simulation.DeadLettersAsync()).FindString("category"));
        Assert.Equal(3, _simulation.Script.Runs.Count);
    }

    private static ControlRow Ended(ControlRow row, TaskState state) =>
        row with { State = state, Ending = new Ending { At = DateTimeOffset.UnixEpoch, Host = "h" } };

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

        public ValueTask<IReadOnlyList<string>?> TryWriteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
            inner.TryWriteAllAsync(table, rows, cancellationToken);

        public ValueTask<string?> TryReplaceAsync(string table, TableRow row, string etag, CancellationToken cancellationToken) =>
            inner.TryReplaceAsync(table, row, etag, cancellationToken);

        public ValueTask<bool> TryDeleteAsync(string table, string partitionKey, string rowKey, string etag, CancellationToken cancellationToken) =>
            inner.TryDeleteAsync(table, partitionKey, rowKey, etag, cancellationToken);

        public ValueTask<bool> TryDeleteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
            inner.TryDeleteAllAsync(table, rows, cancellationToken);

        public ValueTask<TableRow?> FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellationToken) =>
            inner.FindAsync(table, partitionKey, rowKey, cancellationToken);

        public IAsyncEnumerable<TableRow> QueryAsync(string table, TableQuery query, CancellationToken cancellationToken) =>
            inner.QueryAsync(table, query, cancellationToken);
    }
}
