using System.Globalization;
using Celerity.Storage;

namespace Celerity.TestKit.Storage;

/// <summary>Queues in memory, with the rules of the real service: visibility, dequeue counts, pop receipts, size limits.</summary>
/// <remarks>Safe to call from many threads. Nothing survives the process. Messages never expire.</remarks>
/// <param name="time">The clock that delays and leases go by; <see langword="null"/> for the system's.</param>
public sealed class InMemoryQueueStore(TimeProvider? time = null) : IQueueStore, IQueueProbe
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Lane> _queues = new(StringComparer.Ordinal);
    private long _sequence;

    /// <summary>Makes a queue; one that is there is left as it is.</summary>
    /// <param name="queue">The queue's name.</param>
    public void Create(string queue)
    {
        lock (_gate)
        {
            _queues.TryAdd(queue, new Lane());
        }
    }

    /// <summary>Gets how many messages were ever sent, to any queue.</summary>
    internal int SentCount
    {
        get
        {
            lock (_gate)
            {
                return (int)_sequence;
            }
        }
    }

    /// <summary>Counts the messages of a queue, leased and delayed ones too; 0 where there is no such queue.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <returns>The count.</returns>
    public int Count(string queue)
    {
        lock (_gate)
        {
            return _queues.TryGetValue(queue, out var lane) ? lane.ById.Count : 0;
        }
    }

    /// <summary>Ends every lease on a queue, as if its time had run out: the messages can be received again at once.</summary>
    /// <param name="queue">The queue's name.</param>
    public void LoseLeases(string queue)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var lane = FindLane(queue);
            foreach (var message in lane.ByVisibility.Where(message => message.DequeueCount > 0 && message.VisibleAt > now).ToList())
            {
                lane.Put(message with { VisibleAt = now });
            }
        }
    }

    /// <summary>Reads every message of a queue without receiving it, leased and delayed ones too.</summary>
    internal IReadOnlyList<QueueItem> Peek(string queue)
    {
        lock (_gate)
        {
            return _queues.TryGetValue(queue, out var lane) ? lane.ByVisibility.Select(message => message.ToItem()).ToList() : [];
        }
    }

    ValueTask IQueueStore.SendAsync(string queue, string body, TimeSpan delay, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        QueueLimits.CheckBody(body);
        var whole = QueueLimits.WholeDelay(delay);
        lock (_gate)
        {
            var sequence = ++_sequence;
            var id = sequence.ToString("x32", CultureInfo.InvariantCulture);
            FindLane(queue).Put(new Message(sequence, id, body, _time.GetUtcNow(), _time.GetUtcNow() + whole, 0, ""));
        }

        return ValueTask.CompletedTask;
    }

    ValueTask<IReadOnlyList<QueueItem>> IQueueStore.ReceiveAsync(string queue, int limit, TimeSpan lease, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        QueueLimits.CheckLimit(limit);
        var whole = QueueLimits.WholeLease(lease);
        lock (_gate)
        {
            if (!_queues.TryGetValue(queue, out var lane))
            {
                return ValueTask.FromResult<IReadOnlyList<QueueItem>>([]);
            }

            var now = _time.GetUtcNow();
            var items = new List<QueueItem>();
            foreach (var message in lane.ByVisibility.TakeWhile(message => message.VisibleAt <= now).Take(limit).ToList())
            {
                var received = message with
                {
                    VisibleAt = now + whole,
                    DequeueCount = message.DequeueCount + 1,
                    Receipt = $"{message.Id}.{message.DequeueCount + 1}",
                };
                lane.Put(received);
                items.Add(received.ToItem());
            }

            return ValueTask.FromResult<IReadOnlyList<QueueItem>>(items);
        }
    }

    // As on the service a lease that has run out still deletes, as long as nobody has received the message since.
    ValueTask<bool> IQueueStore.TryDeleteAsync(string queue, QueueItem item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentException.ThrowIfNullOrEmpty(item.Receipt, nameof(item));
        lock (_gate)
        {
            return ValueTask.FromResult(_queues.TryGetValue(queue, out var lane)
                && lane.ById.TryGetValue(item.MessageId, out var found)
                && found.Receipt == item.Receipt
                && lane.Remove(found));
        }
    }

    ValueTask<int> IQueueStore.CountAsync(string queue, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Count(queue));
    }

    ValueTask<QueueLook> IQueueProbe.LookAsync(string queue, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var next = _queues.TryGetValue(queue, out var lane) ? lane.ByVisibility.Min : null;
            return ValueTask.FromResult(new QueueLook(Count(queue), next?.VisibleAt <= _time.GetUtcNow() ? next!.InsertedAt : null));
        }
    }

    private Lane FindLane(string queue) => _queues.TryGetValue(queue, out var lane)
        ? lane
        : throw new InvalidOperationException($"There is no queue '{queue}'. Run the storage set-up first.");

    private sealed record Message(long Sequence, string Id, string Body, DateTimeOffset InsertedAt, DateTimeOffset VisibleAt, long DequeueCount, string Receipt)
    {
        public QueueItem ToItem() => new(Id, Receipt, DequeueCount, Body);
    }

    private sealed class Lane
    {
        public Dictionary<string, Message> ById { get; } = new(StringComparer.Ordinal);

        public SortedSet<Message> ByVisibility { get; } = new(Comparer<Message>.Create((x, y) =>
            x.VisibleAt != y.VisibleAt ? x.VisibleAt.CompareTo(y.VisibleAt) : x.Sequence.CompareTo(y.Sequence)));

        public void Put(Message message)
        {
            if (ById.TryGetValue(message.Id, out var old))
            {
                ByVisibility.Remove(old);
            }

            ById[message.Id] = message;
            ByVisibility.Add(message);
        }

        public bool Remove(Message message) => ById.Remove(message.Id) && ByVisibility.Remove(message);
    }
}
