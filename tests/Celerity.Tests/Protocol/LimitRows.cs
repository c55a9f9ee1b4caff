using System.Text;
using System.Text.Json;
using Celerity.Celery;
using Celerity.Circuits;
using Celerity.Controls;
using Celerity.Groups;
using Celerity.Storage;
using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.Protocol;

/// <summary>The rows of limits, circuits, batches and what follows Celery's tasks.</summary>
internal static class LimitRows
{
    private static readonly string[] Pair = ["t1", "t2"];

    public static IReadOnlyList<ProtocolRow> All { get; } =
    [
        new(42, "an instant is reserved whoever has reserved it meanwhile", Tasks("limited", LimitedTask.TaskName), LimitMutants.ReservesBlindly),
        new(43, "a task that started and died starts again at the instant that it had", Reserved(), new Mutant { ForgetsDequeueCount = true }),
        new(
            44,
            "what is deferred before its claim is sent at the number that it has",
            Tasks("limited, fails", LimitedTask.TaskName, 1) with { Failures = 1, Jumps = 1, IsPrompt = true },
            LimitMutants.DefersAtTheSameNumber),
        new(45, "a slot is given back whosever it is", Slotted("a slow end", 3) with { Jumps = 1, Spans = [TimeSpan.FromMinutes(2)], Preemptions = 2 }, LimitMutants.FreesBlindly),
        new(45, "a slot is taken until it is given back", Slotted("a mutex", 2) with { Deaths = 1, LostReplies = 1, Preemptions = 0 }, LimitMutants.HasNoLease),
        new(46, "a circuit closes and does not write down that there is something to look through", HalfOpen("closes") with { Deaths = 1 }, LimitMutants.ClosesWithoutALook),
        new(
            47,
            "a probe keeps its place until it tells how it ended",
            HalfOpen("a probe that dies") with { Deaths = 3, OnlyHandlersDie = true, Preemptions = 0 },
            LimitMutants.ProbesForEver),
        new(48, "a message is deleted once its batch has run", Batch(), new Mutant { DeletesAfterTheHandler = true }),
        new(49, "what follows a Celery task is sent under a new id each time", Chain(), LimitMutants.FollowsUnderNewIds),
        new(49, "a chord's callback is sent under a new id each time", Chord(), new Mutant { Received = body => body == Unlock() ? Unlock($"{Guid.NewGuid():N}") : body }),
    ];

    private static Scenario Tasks(string name, string task, int count = 2)
    {
        string[] ids = [.. Enumerable.Range(1, count).Select(at => $"t{at}")];
        return new Scenario(name, [.. ids.Select(id => Scenario.Message(task, id: id))]) { Ids = ids, HasClock = true, Remembers = true, Preemptions = 1 };
    }

    private static Scenario Slotted(string name, int count) => Tasks(name, SlottedTask.TaskName, count);

    private static Scenario Reserved() => Tasks("limited, a death", LimitedTask.TaskName) with { Deaths = 1, Jumps = 1, IsPrompt = true, Preemptions = 0 };

    // A circuit whose break is over, and two tasks that need it.
    private static Scenario HalfOpen(string name)
    {
        var note = new CircuitNote { IsOpen = true, Opening = 1, InARow = 1, At = DateTimeOffset.UnixEpoch, Until = DateTimeOffset.UnixEpoch, Who = "ada" };
        var entry = new ControlEntry(ControlKind.Circuit, ControlEntry.TargetOf(FragileTask.CircuitName), CelerityJson.Write(note), DateTimeOffset.UnixEpoch);
        return Tasks(name, "model.fragile") with { Rows = [(StorageNames.ControlTable, entry.ToTableRow())] };
    }

    // One message each: of those that share a batch the ends go on side by side, in an order that the explorer does not choose.
    private static Scenario Batch() => new("two batches", [.. Pair.Select(id => Scenario.Message("model.batched", id: id))])
    {
        Ids = Pair,
        Deaths = 1,
        Failures = 1,
        Preemptions = 1,
    };

    // The task that sees to a chord whose only task has ended.
    private static Scenario Chord() => new("a Celery chord", Unlock())
    {
        Ids = ["t1", DerivedId.Of("t1", "celery-chord")],
        Blobs = new Dictionary<string, byte[]> { ["celery-task-meta-t0"] = Encoding.UTF8.GetBytes("""{"status":"SUCCESS","result":1}""") },
        Deaths = 1,
        Preemptions = 1,
    };

    private static string Unlock(string callback = "") => CeleryMessage.Write(
        new CeleryTask
        {
            Id = "t1",
            Name = CeleryCanvas.ChordUnlock,
            Args = [JsonSerializer.SerializeToElement("the chord"), Signature(callback)],
            Kwargs = JsonSerializer.SerializeToElement(new { result = new[] { new object?[] { new[] { "t0", null }, null } } }),
        },
        StorageNames.DefaultQueue);

    // Where it has no id, that follows from the task that sends it.
    private static JsonElement Signature(string id = "") => JsonSerializer.SerializeToElement(
        new { task = "model.once", args = Array.Empty<object>(), kwargs = new { }, options = id.Length > 0 ? new { task_id = id } : (object)new { }, immutable = true });

    private static Scenario Chain()
    {
        var first = CeleryMessage.Write(new CeleryTask { Id = "t1", Name = "model.full", Terms = new CeleryTerms { Chain = [Signature()] } }, StorageNames.DefaultQueue);
        return new Scenario("a Celery chain", first) { Ids = ["t1", DerivedId.Of("t1", "celery-next")], Deaths = 1, LostLeases = 1, Preemptions = 1 };
    }
}
