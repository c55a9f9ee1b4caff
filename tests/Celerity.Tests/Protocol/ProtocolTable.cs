using Celerity.Controls;
using Celerity.Storage;
using Celerity.Tasks.Sending;
using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.Protocol;

/// <summary>The rows of the protocol that tasks, sends and groups go by; those of the stage ledger are in <see cref="StageTable"/>.</summary>
internal static class ProtocolTable
{
    private static readonly string Full = Scenario.Message("model.full");
    private static readonly string Once = Scenario.Message("model.once");
    private static readonly string Result = Scenario.Message("model.result");
    private static readonly string Pack = $$"""{"v":1,"batch":[{{Full}},{{Full.Replace("t1", "t2", StringComparison.Ordinal)}}]}""";

    private static readonly EnqueueOptions Unique = new() { UniqueKey = "k" };
    private static readonly EnqueueOptions Ordered = new() { OrderKey = "k" };
    private static readonly EnqueueOptions Debounced = new() { DebounceKey = "k", DebounceWindow = TimeSpan.FromMinutes(1) };

    public static IReadOnlyList<ProtocolRow> Rows { get; } = [.. Handover(), .. Keys(), .. Groups(), .. Holds(), .. LimitRows.All];

    /// <summary>Two sends of a key, prepared before.</summary>
    public static Scenario Sends(string name, EnqueueOptions options, int count = 2) => new(name)
    {
        HasClock = true,
        Sends = [.. Enumerable.Range(0, count).Select(_ => ModelSend.Prepared(new FullTask(), options))],
        Preemptions = 1,
    };

    private static IEnumerable<ProtocolRow> Handover() =>
    [
        new(1, "a first claim is written over whatever is there", new Scenario("twins", Full, Full) { Deaths = 1, Failures = 1 }, Mutants.ClaimsBlindly),
        new(2, "the row is moved to the successor whatever has become of it", new Scenario("failing", Full) { Deaths = 1, Failures = 2 }, Mutants.MovesBlindly),
        new(3, "the sender's mark is a write to the row that consumers hold", Reserved(new FullTask()) with { LostReplies = 1 }, Mutants.MarksTheControlRow),
        new(4, "a claim does not tell its dequeue count", new Scenario("lost lease", Full) { Deaths = 1, LostLeases = 1 }, Mutants.ForgetsTheClaimsCount),
        new(5, "the drainer sends a message as it is", new Scenario("poisoned", Full) { Deaths = 2, MaxDequeueCount = 1 }, new Mutant { DrainsAsItIs = true }),
        new(6, "effects are made once", new Scenario("ended and poisoned", Once) { Deaths = 1, Failures = 1, MaxDequeueCount = 1 }, new Mutant { MakesEffectsOnce = true }),
        new(7, "a hand-over without a row runs unclaimed", new Scenario("result", Result) { Deaths = 1, LostLeases = 1, Failures = 1 }, Mutants.RunsUnclaimed),
        new(8, "reservation and outcome share a row", Reserved(new ResultTask()) with { Failures = 1 }, Mutants.ReservesTheControlRow),
        new(9, "a refused outcome is taken for one's own", new Scenario("two outcomes", Once) { LostLeases = 1, Failures = 1 }, Mutants.TakesRefusalsForItsOwn),
        new(10, "the dead letter is kept before the outcome", new Scenario("fails or not", Once) { Deaths = 1, Failures = 1 }, Mutants.KeepsDeadLettersFirst),
        new(
            11,
            "a message without an id goes on under the id of each copy",
            new Scenario("no id", """{"task":"model.full"}""") { Ids = null, Deaths = 3, OnlyHandlersDie = true, MaxDequeueCount = 2 },
            new Mutant { ForgetsDequeueCount = true }),
        new(12, "a pack is taken apart as it is", new Scenario("pack", Pack) { Ids = ["t1", "t2"], Deaths = 1, Preemptions = 1 }, new Mutant { ExplodesAsItIs = true }),
        new(13, "a claim does not tell whose it is", new Scenario("lost reply", Full) { LostReplies = 1, Deaths = 1, Failures = 1 }, Mutants.ForgetsTheAttemptId),
        new(25, "a pass that ends without an outcome keeps its claim", new Scenario("storage fails", Full) { Faults = 1, Deaths = 1, Failures = 1 }, Mutants.KeepsClaims),
        new(26, "a refused transaction is taken for stored", PackAndTwin(), Mutants.TakesRefusedTransactionsForStored),
    ];

    private static IEnumerable<ProtocolRow> Keys() =>
    [
        new(27, "a lock is released whosever it is", Sends("unique", Unique) with { Deaths = 1 }, KeyMutants.ReleasesBlindly),
        new(28, "a lock is taken over whatever has become of it", LeftLock(), KeyMutants.TakesLocksOverBlindly),
        new(29, "a ticket does not wait for the one before it", Sends("ordered", Ordered), KeyMutants.SendsOutOfTurn),
        new(30, "the line is told of an end once", Sends("ordered, a death", Ordered) with { Deaths = 1, Preemptions = 0 }, KeyMutants.TellsTheLineOnce),
        new(31, "a number is drawn without holding on to the last", OldLine(), KeyMutants.DrawsWithoutTheLast),
        new(32, "an older send takes the newest's row along", Sends("debounced", Debounced), KeyMutants.ForgetsTheNewest),
        new(33, "the newest is the one that clocks say", Sends("debounced, equal clocks", Debounced), KeyMutants.DebouncesByTheClock),
        new(34, "a send leaves no note", Sends("interrupted", Ordered) with { Deaths = 1, Preemptions = 0 }, KeyMutants.LeavesNoNote),
        new(
            38,
            "a send goes on with what holds its key and has expired",
            Sends("an expired holder", new EnqueueOptions { UniqueKey = "k", TimeToLive = TimeSpan.FromMinutes(5) }, 1) with { Deaths = 1, Preemptions = 0 },
            KeyMutants.GoesOnWithTheExpired),
        new(
            39,
            "what the sweep did not see waiting has ended",
            Sends("a slow sender", Ordered, 1) with { Deaths = 1, Rounds = 1, OnlySweeps = true, Skew = TimeSpan.FromMinutes(2), Preemptions = 2 },
            KeyMutants.TakesTheUnseenForEnded),
    ];

    private static IEnumerable<ProtocolRow> Holds() =>
    [
        new(40, "one look through what is held counts, whoever still holds", Paused("resumed while another holds"), HoldMutants.LooksOnce),
        new(41, "a resume does not write down that there is something to look through", Paused("resumed by one that dies") with { Deaths = 1 }, HoldMutants.ResumesWithoutALook),
    ];

    // A task on a queue that is paused, and somebody who resumes it.
    private static Scenario Paused(string name)
    {
        var resume = new ModelSend("resume", async consumer =>
        {
            _ = await consumer.Control.ResumeQueueAsync(StorageNames.DefaultQueue, new ActionNote("ada")).ConfigureAwait(false);
            return ["t1"];
        });
        var pause = new ControlEntry(
            ControlKind.PauseQueue,
            StorageNames.DefaultQueue,
            CelerityJson.Write(new PauseNote(IsPaused: true, DateTimeOffset.UnixEpoch, "ada", "")),
            DateTimeOffset.UnixEpoch);
        return new Scenario(name, Full)
        {
            HasClock = true,
            Rows = [(StorageNames.ControlTable, pause.ToTableRow())],

            // Who died before it was done is asked again.
            Sends = [resume with { Later = resume with { Run = async consumer => { _ = await resume.Run(consumer).ConfigureAwait(false); return []; } } }],
            Preemptions = 1,
        };
    }

    private static IEnumerable<ProtocolRow> Groups()
    {
        var chord = SentGroup.Chord("chord", isApart: true, new FullTask(), new FullTask()) with { Deaths = 1, Preemptions = 0 };
        var send = new Scenario("sends a chord") { HasClock = true, Sends = [SentGroup.Send(new FullTask(), new FullTask())], Deaths = 1, Preemptions = 0 };
        return
        [
            new(35, "a group ends before it calls back", chord, GroupMutants.EndsBeforeItCallsBack),
            new(36, "a task's end is written to the ledger once", chord, GroupMutants.CountsOnce),
            new(37, "a group leaves no note", send, GroupMutants.LeavesNoNote),
        ];
    }

    private static Scenario Reserved(object task)
    {
        var send = ModelSend.Of(task, new EnqueueOptions { IdempotencyKey = "k" });
        return new Scenario("reserved") { Ids = null, Sends = [send, send], Deaths = 1 };
    }

    private static Scenario PackAndTwin()
    {
        // Ids of ours, so that their rows share a partition.
        string[] ids = ["019b7000-0000-7000-8000-000000000010", "019b7000-0000-7000-8000-000000000020"];
        var items = ids.Select(id => Scenario.Message("model.full", id: id)).ToList();
        return new Scenario("pack and twin", $$"""{"v":1,"batch":[{{items[0]}},{{items[1]}}]}""", items[0]) { Ids = ids, Deaths = 1, Failures = 1, Preemptions = 1 };
    }

    // A lock that outlived its task: its last effects were lost with its message.
    private static Scenario LeftLock()
    {
        var world = new ModelWorld(Sends("leaves a lock", Unique, 1));
        var calm = world.NewConsumer();
        calm.Calm(() => calm.Begin("send", world.Scenario.Sends[0].Run));
        var rows = world.Tables.All(StorageNames.KeysTable).Select(row => (StorageNames.KeysTable, row)).ToList();
        calm.Calm(() => calm.Begin(world.Queues.Messages[0]));
        return Sends("a lock is left", Unique) with { Rows = [.. rows, .. world.Tables.Everything()] };
    }

    // A line whose last ticket ended long ago, and maintenance on its way.
    private static Scenario OldLine()
    {
        var world = new ModelWorld(Sends("leaves a ticket", Ordered, 1));
        var calm = world.NewConsumer();
        calm.Calm(() => calm.Begin("send", world.Scenario.Sends[0].Run));
        calm.Calm(() => calm.Begin(world.Queues.Messages[0]));
        var rows = world.Tables.Everything().Select(row => row.Table == StorageNames.KeysTable ? (row.Table, LongAgo(row.Row)) : row);
        return Sends("an old line", Ordered) with { Rows = [.. rows], Rounds = 1 };
    }

    private static TableRow LongAgo(TableRow ticket) => ticket with
    {
        // Not the first: the next number must differ from that of a line that begins anew.
        RowKey = $"{long.MaxValue - 7:D19}",
        Values = new Dictionary<string, object>(ticket.Values)
        {
            ["number"] = 7L,
            [OrderedSends.ClosedAtColumn] = new DateTimeOffset(2025, 12, 1, 0, 0, 0, TimeSpan.Zero),
        },
    };
}
