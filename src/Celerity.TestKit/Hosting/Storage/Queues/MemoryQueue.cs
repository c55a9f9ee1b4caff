using Celerity.TestKit.Hosting.Time;

namespace Celerity.TestKit.Hosting.Storage.Queues;

/// <summary>One queue in memory: visibility, expiry and receipts follow the virtual clock. Guarded by its service's lock.</summary>
internal sealed class MemoryQueue : IDisposable
{
    private readonly VirtualClock _clock;
    private readonly SortedSet<MemoryMessage> _messages = new(MemoryMessage.ByVisibility);
    private readonly Dictionary<string, MemoryMessage> _byId = new(StringComparer.Ordinal);
    private readonly ITimer _timer;
    private DateTimeOffset? _armedFor;
    private long _lastSequence;

    /// <param name="clock">The clock.</param>
    /// <param name="metadata">The metadata that it was created with.</param>
    /// <param name="tick">Called when the clock has come to where a hidden message appears.</param>
    public MemoryQueue(VirtualClock clock, Dictionary<string, string> metadata, Action<MemoryQueue> tick)
    {
        _clock = clock;
        Metadata = metadata;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = clock.Create(_ => tick(this), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, new TimerOwner(isCode: false));
        }
    }

    public Dictionary<string, string> Metadata { get; set; }

    /// <summary>Gets when the next hidden message appears, or <see langword="null"/>.</summary>
    public DateTimeOffset? NextVisibleAt
    {
        get
        {
            var now = _clock.GetUtcNow();
            return _messages.FirstOrDefault(message => message.VisibleAt > now)?.VisibleAt;
        }
    }

    public bool HasVisible => Visible().Any();

    public IReadOnlyList<MemoryMessage> All()
    {
        DropExpired();
        return [.. _messages.OrderBy(message => message.Sequence)];
    }

    public MemoryMessage Put(string text, TimeSpan visibility, TimeSpan? timeToLive)
    {
        var now = _clock.GetUtcNow();
        var message = new MemoryMessage(_lastSequence++)
        {
            Text = text,
            InsertedAt = now,
            VisibleAt = now + visibility,
            ExpiresAt = timeToLive is { } limit ? VirtualClock.Later(now, limit) : DateTimeOffset.MaxValue,
        };
        _messages.Add(message);
        _byId.Add(message.Id, message);
        Arm();
        return message;
    }

    public IReadOnlyList<MemoryMessage> Get(int count, TimeSpan visibility)
    {
        DropExpired();
        var taken = Visible().Take(count).ToList();
        foreach (var message in taken)
        {
            message.DequeueCount++;
            Hide(message, visibility);
        }

        Arm();
        return taken;
    }

    public IReadOnlyList<MemoryMessage> Peek(int count)
    {
        DropExpired();
        return [.. Visible().Take(count)];
    }

    public void Delete(string id, string? receipt)
    {
        var message = Held(id, receipt);
        Remove(message);
        Arm();
    }

    public MemoryMessage Update(string id, string? receipt, TimeSpan visibility, string? text)
    {
        var message = Held(id, receipt);
        message.Text = text ?? message.Text;
        Hide(message, visibility);
        Arm();
        return message;
    }

    public void Clear()
    {
        _messages.Clear();
        _byId.Clear();
        Arm();
    }

    /// <summary>Sets the timer anew after it has fired.</summary>
    public void Rearm()
    {
        _armedFor = null;
        Arm();
    }

    /// <summary>Sets the timer to when the next hidden message appears.</summary>
    public void Arm()
    {
        var next = NextVisibleAt;
        if (next != _armedFor)
        {
            _armedFor = next;
            _timer.Change(next is { } at ? at - _clock.GetUtcNow() : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private IEnumerable<MemoryMessage> Visible()
    {
        var now = _clock.GetUtcNow();
        return _messages.TakeWhile(message => message.VisibleAt <= now).Where(message => message.ExpiresAt > now);
    }

    private MemoryMessage Held(string id, string? receipt)
    {
        DropExpired();
        var message = _byId.GetValueOrDefault(id) ?? throw new StorageError(404, "MessageNotFound", "The specified message does not exist.");
        return message.PopReceipt == receipt
            ? message
            : throw new StorageError(400, "PopReceiptMismatch", "The specified pop receipt did not match the pop receipt for a dequeued message.");
    }

    private void Hide(MemoryMessage message, TimeSpan visibility)
    {
        _messages.Remove(message);
        message.VisibleAt = _clock.GetUtcNow() + visibility;
        message.PopReceipt = MemoryMessage.NewReceipt();
        _messages.Add(message);
    }

    private void DropExpired()
    {
        var now = _clock.GetUtcNow();
        foreach (var message in _messages.Where(message => message.ExpiresAt <= now).ToList())
        {
            Remove(message);
        }
    }

    private void Remove(MemoryMessage message)
    {
        _messages.Remove(message);
        _byId.Remove(message.Id);
    }
}
