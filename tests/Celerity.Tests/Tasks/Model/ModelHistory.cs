using System.Globalization;
using System.Text;
using System.Text.Json;
using Celerity.Groups;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Wire;

namespace Celerity.Tests.Tasks.Model;

/// <summary>What was sent, accepted and started, and what must never be seen meanwhile.</summary>
internal sealed class ModelHistory(ModelWorld world)
{
    private readonly Dictionary<string, TaskEnvelope> _envelopes = new(StringComparer.Ordinal);
    private readonly List<string> _starts = [];
    private string? _violation;
    private int _read;
    private int _unaccepted;
    private DateTimeOffset _limitedAt;

    /// <summary>Gets the accepted sends: of each its ids, and how many had been accepted before it began.</summary>
    public List<(ModelSend Send, IReadOnlyList<string> Ids, int Before)> Accepted { get; } = [];

    /// <summary>Gets the ids of the tasks that were started, in order, each time.</summary>
    public IReadOnlyList<string> Starts => _starts;

    /// <summary>Gets how many sends have begun that were not accepted.</summary>
    public int Unaccepted => _unaccepted;

    public Func<ModelConsumer, Task> Tell(ModelSend send)
    {
        var before = Accepted.Count;
        _unaccepted++;
        return async consumer =>
        {
            var ids = await send.Run(consumer).ConfigureAwait(false);
            _unaccepted--;
            Accepted.Add((send, ids, before));
        };
    }

    /// <summary>Finds a task as it was ever sent.</summary>
    public TaskEnvelope? FindEnvelope(string id)
    {
        for (; _read < world.Queues.Sent.Count; _read++)
        {
            Read(Encoding.UTF8.GetBytes(world.Queues.Sent[_read]));
        }

        // What is stored and not yet sent. A group keeps its messages elsewhere.
        var key = TaskKeys.SendOf(id);
        if (!_envelopes.ContainsKey(id) && world.Tables.Find(key.Table, key.PartitionKey, key.RowKey)?.FindBytes("message") is { Length: > 0 } message)
        {
            Read(message);
        }

        return _envelopes.GetValueOrDefault(id);
    }

    public bool HasEnded(string id)
    {
        var key = TaskKeys.ControlOf(id);
        return world.Tables.Find(key.Table, key.PartitionKey, key.RowKey)?.Values.ContainsKey("endedAt") == true;
    }

    public void AddStart(TaskContext context, FollowTask? follow)
    {
        var id = context.Id;
        _violation ??= context.Name switch
        {
            LimitedTask.TaskName => FindTooSoon(id),
            SlottedTask.TaskName when world.IsHandlerRunning => $"{id} starts while another runs",
            _ => null,
        };
        _starts.Add(id);
        if (world.Scenario.HasClock)
        {
            _violation ??= FindDisorder(id) ?? (follow is null ? null : FindWrongResults(id, follow));
        }
    }

    /// <summary>Says what must not be now.</summary>
    public string? FindViolation() => _violation ?? (world.Scenario.HasClock ? FindUnlocked() : null);

    public void Describe(StringBuilder text)
    {
        text.Append(_limitedAt.Ticks);
        if (world.Scenario.HasClock)
        {
            text.Append('\n').AppendJoin(',', _starts).Append(CultureInfo.InvariantCulture, $"|{_unaccepted}|");
            text.AppendJoin(',', Accepted.Select(send => string.Join('+', send.Ids) + send.Before));
        }
    }

    private void Read(byte[] message)
    {
        foreach (var task in MessageCodec.Decode(message, "none").Tasks)
        {
            _envelopes[task.Id] = task;
        }
    }

    // Where a limit's burst is one task, no two start closer than half its interval.
    private string? FindTooSoon(string id)
    {
        var (last, now) = (_limitedAt, world.Time.GetUtcNow());
        _limitedAt = now;
        return now - last < TimeSpan.FromSeconds(30) ? $"{id} starts {now - last} after the last, and one a minute may" : null;
    }

    // All before it in its line must have ended.
    private string? FindDisorder(string id)
    {
        if (FindEnvelope(id) is not { OrderKey: { } key, OrderTicket: { } number })
        {
            return null;
        }

        var waiting = world.Tables.All(StorageNames.KeysTable).FirstOrDefault(ticket => ticket.PartitionKey == KeyRows.Order(key)
            && ticket.GetInt64("number") < number && ticket.FindString("id") != id && !HasEnded(ticket.FindString("id")!));
        return waiting is null ? null : $"{id} starts before {waiting.FindString("id")} has ended, which is before it in its line";
    }

    // A task of a unique key that waits or runs holds the key's lock, so there is one at most.
    private string? FindUnlocked() => world.Tables.All(StorageNames.TasksTable)
        .Where(row => TaskKeys.IsSend(row.RowKey))
        .Select(row => row.FindString("id")!)
        .Where(id => FindEnvelope(id) is { UniqueKey: { } key } task && !HasEnded(id)
            && world.Tables.Find(StorageNames.KeysTable, KeyRows.Unique(task.Task, key), KeyRows.UniqueRow)?.FindString("id") != id)
        .Select(id => $"{id} waits or runs and does not hold the lock of its key")
        .FirstOrDefault();

    private string? FindWrongResults(string id, FollowTask follow)
    {
        foreach (var row in world.Tables.All(StorageNames.LedgerTable).Where(row => row.RowKey == GroupKeys.RecordRow))
        {
            var group = row.PartitionKey[(row.PartitionKey.IndexOf(':', StringComparison.Ordinal) + 1)..];
            if (id == DerivedId.Of(group, GroupCompletion.CallbackRole))
            {
                var ends = ModelEnd.ChildrenOf(world, group).ToList();
                var expected = ends.Select(end => end.State == TaskState.Succeeded ? $"\"{end.TaskId}\"" : "null");
                var given = follow.Results is { ValueKind: JsonValueKind.Array } results ? results.GetRawText() : "nothing";
                return ends.Count == row.GetInt32("count") && given == $"[{string.Join(',', expected)}]" ? null
                    : $"the callback was given {given} by the tasks [{string.Join(',', expected)}]";
            }
        }

        return null;
    }
}
