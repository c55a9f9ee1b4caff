using System.Globalization;
using Celerity.Controls;
using Celerity.Groups;
using Celerity.Handover;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tests.DeadLetters;

namespace Celerity.Tests.Tasks.Model;

/// <summary>The end of a history: what maintenance and time bring to its end ends, and then all must be as promised.</summary>
internal sealed class ModelEnd(ModelWorld world)
{
    private const int MaxDeliveries = 200;

    private readonly List<string> _later = [];

    public string? FindViolation()
    {
        if (world.Scenario.HasClock)
        {
            Settle();
        }

        var controls = world.Tables.Controls();
        return world.Tables.Violation ?? world.History.FindViolation()
            ?? (world.Queues.Messages.Count > 0 ? "messages are left" : null)
            ?? (world.Scenario.HasClock ? FindLeft() ?? FindWrongGroup() ?? FindWrongSend() : FindWrongCount(controls.Count))
            ?? controls.Select(control => FindViolation(control.Id, control.Row)).FirstOrDefault(violation => violation is not null);
    }

    /// <summary>The ends of a group's tasks as the ledger has them, in their order.</summary>
    public static IEnumerable<ChildEnd> ChildrenOf(ModelWorld world, string group) => world.Tables.All(StorageNames.LedgerTable)
        .Where(row => row.PartitionKey.StartsWith(GroupKeys.Root(group) + ":", StringComparison.Ordinal))
        .Select(ChildEnd.From)
        .OrderBy(end => end.Index);

    // Longer than a note waits for the sweep, than one without a row is kept, and than any copy of a message may come.
    private void Settle()
    {
        var calm = world.NewConsumer();
        foreach (var wait in new[] { TimeSpan.FromMinutes(2), TimeSpan.FromHours(2), TimeSpan.FromMinutes(2) })
        {
            Drain(calm);
            world.Time.Advance(wait);
            calm.Calm(() => calm.BeginRound(isWhole: true));
        }

        Drain(calm);
        foreach (var send in world.Scenario.Sends.Select(send => send.Later).OfType<ModelSend>().DistinctBy(send => send.Name))
        {
            calm.Calm(() => calm.Begin("later", async consumer => _later.AddRange(await send.Run(consumer).ConfigureAwait(false))));
            Drain(calm);
        }

        // Once for what is old, and once more for what that has left.
        for (var round = 0; round < 2; round++)
        {
            world.Time.Advance(TimeSpan.FromDays(8));
            calm.Calm(() => calm.BeginRound(isWhole: true));
            Drain(calm);
        }
    }

    private void Drain(ModelConsumer calm)
    {
        for (var delivery = 0; delivery < MaxDeliveries && world.Queues.Messages.Count > 0; delivery++)
        {
            if (world.Queues.VisibleOn(StorageNames.DefaultQueue).FirstOrDefault() is { } message)
            {
                calm.Calm(() => calm.Begin(message));
            }
            else if (world.Queues.VisibleOn(StorageNames.DefaultQueue + StorageNames.PoisonSuffix).Any())
            {
                calm.Calm(calm.BeginDrain);
            }
            else if (world.Queues.NextAt is { } at)
            {
                world.Time.Advance(at - world.Time.GetUtcNow());
            }
        }
    }

    private string? FindWrongCount(int tasks)
    {
        var expected = world.Scenario.Ids?.Count ?? 1;
        return tasks == expected ? null : $"{tasks} tasks instead of {expected}";
    }

    private string? FindLeft()
    {
        var left = world.Tables.All(StorageNames.ControlTable).FirstOrDefault(row => row.PartitionKey is not ("revocations" or "expiry" or ControlEntry.Partition) || row.RowKey.StartsWith($"{nameof(ControlKind.Refill)}:", StringComparison.Ordinal))
            ?? world.Tables.All(StorageNames.KeysTable).FirstOrDefault()
            ?? world.Tables.All(StorageNames.ScheduledTable).FirstOrDefault();
        return left is not null ? $"the row {left.PartitionKey} {left.RowKey} of {left.FindString("id")} is left"
            : world.Blobs.Keys.FirstOrDefault(IsOfAnEndedGroup) is { } blob ? $"the blob {blob} is left"
            : world.Tables.All(StorageNames.TasksTable).Where(row => TaskKeys.IsSend(row.RowKey)).FirstOrDefault(row => !world.History.HasEnded(row.FindString("id")!)) is { } send
                ? $"{send.FindString("id")} was stored as {send.FindString("state")} and has not ended"
            : null;
    }

    // That of a sender which died before its group was stored goes by its age.
    private bool IsOfAnEndedGroup(string blob) => world.Tables.All(StorageNames.LedgerTable)
        .Any(row => row.RowKey == GroupKeys.EndRow && blob.Contains(row.PartitionKey[(row.PartitionKey.IndexOf(':', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal));

    private string? FindWrongGroup() => world.Tables.All(StorageNames.LedgerTable)
        .Where(row => row.RowKey == GroupKeys.RecordRow)
        .Select(row => FindWrongGroup(row.PartitionKey[(row.PartitionKey.IndexOf(':', StringComparison.Ordinal) + 1)..], row))
        .FirstOrDefault(violation => violation is not null)
        ?? world.Tables.Controls().Select(control => FindWrongFollower(control.Id, control.Row.State)).FirstOrDefault(violation => violation is not null);

    private string? FindWrongGroup(string id, TableRow row)
    {
        // A group whose sender died before its messages were kept was never accepted.
        var children = ChildrenOf(world, id).ToList();
        var isAccepted = world.History.Accepted.Any(send => send.Ids.Contains(id)) || world.Scenario.Rows.Count > 0;
        if (children.Count == 0 && !isAccepted)
        {
            return null;
        }

        var failed = children.Count(child => child.IsFailure);
        var state = failed <= row.GetInt32("tolerated") ? GroupState.Succeeded : GroupState.Failed;
        var end = world.Tables.Find(StorageNames.LedgerTable, row.PartitionKey, GroupKeys.EndRow);
        var (mine, other) = state == GroupState.Succeeded
            ? (GroupCompletion.CallbackRole, GroupCompletion.ErrorRole)
            : (GroupCompletion.ErrorRole, GroupCompletion.CallbackRole);
        var hasMine = row.Values.ContainsKey(state == GroupState.Succeeded ? "callback" : "onError");
        return children.Count != row.GetInt32("count") ? $"{children.Count} tasks of the group {id} have ended"
            : end is null || GroupEnd.From(end) is var found && (found.State != state || found.Failed != failed) ? $"the group {id} ended otherwise than as {state} with {failed} failed"
            : hasMine && !world.History.HasEnded(DerivedId.Of(id, mine)) ? $"the {mine} of the group {id} has not run"
            : world.History.HasEnded(DerivedId.Of(id, other)) ? $"the {other} of the group {id} has run"
            : null;
    }

    private string? FindWrongFollower(string id, TaskState state)
    {
        var envelope = world.History.FindEnvelope(id);
        var next = envelope?.Next.Count > 0 && state == TaskState.Succeeded ? ChainEffect.NextRole
            : envelope?.OnError is not null && ChainEffect.IsFailure(state) ? ChainEffect.ErrorRole
            : null;
        return next is null || world.History.HasEnded(DerivedId.Of(id, next)) ? null : $"the {next} of {id} has not run";
    }

    private string? FindWrongSend()
    {
        foreach (var id in world.History.Accepted.Where(send => send.Send.Later is not null).SelectMany(send => send.Ids).Concat(_later))
        {
            if (!world.History.HasEnded(id))
            {
                return $"{id} was accepted and has not ended";
            }
        }

        return _later.Where(id => !world.History.Starts.Contains(id)).Select(id => $"{id}, sent when all was over, did not run").FirstOrDefault()
            ?? FindWrongOrder() ?? FindWrongDebounce();
    }

    // Who waits for one send before the next has them run in this order.
    private string? FindWrongOrder()
    {
        var ordered = world.History.Accepted.Where(send => send.Ids is [var id] && world.History.FindEnvelope(id)?.OrderKey is not null).ToList();
        foreach (var (send, later) in ordered.SelectMany(send => world.History.Accepted.Take(send.Before).Where(ordered.Contains), (send, earlier) => (earlier, send)))
        {
            var (first, second) = (IndexOfStart(send.Ids[0]), IndexOfStart(later.Ids[0]));
            if (second >= 0 && first > second)
            {
                return $"{later.Ids[0]} ran before {send.Ids[0]}, which was accepted before it was sent";
            }
        }

        return null;

        int IndexOfStart(string id) => world.History.Starts.ToList().IndexOf(id);
    }

    // One that was not accepted may have replaced the last, or run by itself when the sweep found it; and whoever lets time pass may run both.
    private string? FindWrongDebounce()
    {
        var ran = world.Tables.Controls()
            .Where(control => !_later.Contains(control.Id) && IsDebounced(control.Id))
            .Count(control => control.Row.State != TaskState.Discarded);
        var most = 1 + world.History.Unaccepted + world.Jumps;
        var accepted = world.History.Accepted.Where(send => send.Ids is [var id] && IsDebounced(id)).ToList();
        var replaced = accepted.SelectMany(send => world.History.Accepted.Take(send.Before)).Where(accepted.Contains).Select(send => send.Ids[0]);
        return ran > most ? string.Create(CultureInfo.InvariantCulture, $"{ran} debounced sends ran")
            : accepted.Count > 0 && ran == 0 ? "no debounced send ran"
            : world.Jumps == 0 && replaced.FirstOrDefault(world.History.Starts.Contains) is { } id ? $"{id} ran, which a later send had replaced"
            : null;
    }

    private bool IsDebounced(string id) => world.History.FindEnvelope(id)?.DebounceKey is not null;

    private string? FindViolation(string id, ControlRow row)
    {
        var effects = world.Effects.Where(effect => effect.StartsWith(id + " ", StringComparison.Ordinal)).ToList();
        var deadLetters = world.Tables.All(StorageNames.DeadLettersTable).Count(letter => letter.IsLetter() && letter.FindString("id") == id);
        var mayBeDiscarded = row.State == TaskState.Discarded && IsDebounced(id);

        // A sender may end what held its key, was never sent and has expired: nobody waits for effects of that.
        var isUnsent = row.State == TaskState.Expired && world.Scenario.HasClock && world.History.FindEnvelope(id) is null;
        return row.Ending is null ? $"{id} is lost as {row.State}"
            : isUnsent ? null
            : effects is not [var effect] || effect != $"{id} {row.State}" ? $"{id} ended as {row.State} with effects [{string.Join(',', effects)}]"
            : deadLetters != (row.State == TaskState.DeadLettered ? 1 : 0) ? $"{id} ended as {row.State} with {deadLetters} dead letters"
            : row.Crashes > world.Crashes ? $"{id} shows {row.Crashes} crashes where there were {world.Crashes}"
            : row.State == TaskState.Revoked && world.Revokes == 0 ? $"{id} ended as revoked and nobody revoked it"
            : row.State == TaskState.Expired && world.Jumps == 0 ? $"{id} ended as expired in no time"
            : world.Failures == 0 && world.Crashes < TaskRules.MaxCrashes && !mayBeDiscarded
                && row.State is not (TaskState.Succeeded or TaskState.Revoked or TaskState.Expired) ? $"{id} never failed and ended as {row.State}"
            : null;
    }
}
