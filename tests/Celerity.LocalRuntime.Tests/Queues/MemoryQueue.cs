using System.Threading.Channels;
using Azure;
using Azure.Storage.Queues.Models;
using Celerity.LocalRuntime.Queues;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

/// <summary>A queue with the service's rules on visibility, receipts and counts, in memory and virtual time.</summary>
internal sealed class MemoryQueue(string name, TimeProvider time) : IStorageQueue
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private readonly Channel<string> _calls = Channel.CreateUnbounded<string>();
    private int _lastId;

    public Uri Uri { get; } = new($"http://127.0.0.1:10001/account/{name}");

    public string Name => name;

    public bool Exists { get; set; } = true;

    /// <summary>Gets or sets what a call of the given kind is to fail with.</summary>
    public Func<string, Exception?> Fail { get; set; } = _ => null;

    /// <summary>Gets or sets what a receive waits for before it answers.</summary>
    public Task ReceiveGate { get; set; } = Task.CompletedTask;

    public IReadOnlyList<string> Texts
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Select(entry => entry.Text)];
            }
        }
    }

    public int VisibleCount
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count(entry => entry.VisibleAt <= time.GetUtcNow());
            }
        }
    }

    public void Add(string text, long dequeueCount = 0)
    {
        lock (_gate)
        {
            _entries.Add(new Entry($"m{++_lastId}", text) { DequeueCount = dequeueCount, VisibleAt = time.GetUtcNow() });
        }
    }

    /// <summary>Returns the next call that has ended: exists, receive N, hide hh:mm:ss, delete, send, or "failed" and its kind.</summary>
    public async Task<string> NextCallAsync() =>
        await _calls.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public IReadOnlyList<string> TakeCalls()
    {
        var calls = new List<string>();
        while (_calls.Reader.TryRead(out var call))
        {
            calls.Add(call);
        }

        return calls;
    }

    public Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        Enter("exists");
        Ended("exists");
        return Task.FromResult(Exists);
    }

    public async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(int count, TimeSpan lease, CancellationToken cancellationToken)
    {
        await ReceiveGate.WaitAsync(cancellationToken);
        Enter("receive");
        ThrowIfMissing();
        List<QueueMessage> messages;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            messages = [.. _entries.Where(entry => entry.VisibleAt <= now).Take(count).Select(entry => entry.Lease(now + lease))];
        }

        Ended($"receive {messages.Count}");
        return messages;
    }

    public Task<string> HideAsync(string messageId, string popReceipt, TimeSpan visibility, CancellationToken cancellationToken)
    {
        Enter("hide");
        string receipt;
        lock (_gate)
        {
            receipt = Find(messageId, popReceipt).Hide(time.GetUtcNow() + visibility);
        }

        Ended($"hide {visibility:c}");
        return Task.FromResult(receipt);
    }

    public Task DeleteAsync(string messageId, string popReceipt, CancellationToken cancellationToken)
    {
        Enter("delete");
        lock (_gate)
        {
            _entries.Remove(Find(messageId, popReceipt));
        }

        Ended("delete");
        return Task.CompletedTask;
    }

    public Task SendAsync(string text, CancellationToken cancellationToken)
    {
        Enter("send");
        Exists = true;
        Add(text);
        Ended("send");
        return Task.CompletedTask;
    }

    private void Enter(string kind)
    {
        if (Fail(kind) is { } failure)
        {
            Ended($"failed {kind}");
            throw failure;
        }
    }

    private void Ended(string call) => _calls.Writer.TryWrite(call);

    private void ThrowIfMissing()
    {
        if (!Exists)
        {
            Ended("failed receive");
            throw new RequestFailedException(404, "no queue", QueueErrorCode.QueueNotFound.ToString(), null);
        }
    }

    private Entry Find(string messageId, string popReceipt)
    {
        var entry = _entries.Find(entry => entry.Id == messageId)
            ?? throw new RequestFailedException(404, "no message", QueueErrorCode.MessageNotFound.ToString(), null);
        return entry.Receipt == popReceipt
            ? entry
            : throw new RequestFailedException(400, "old receipt", QueueErrorCode.PopReceiptMismatch.ToString(), null);
    }

    private sealed class Entry(string id, string text)
    {
        private int _receipts;

        public string Id => id;

        public string Text => text;

        public string Receipt => $"r{_receipts}";

        public long DequeueCount { get; set; }

        public DateTimeOffset VisibleAt { get; set; }

        public QueueMessage Lease(DateTimeOffset until)
        {
            DequeueCount++;
            return QueuesModelFactory.QueueMessage(Id, Hide(until), text, DequeueCount, until, default(DateTimeOffset), DateTimeOffset.MaxValue);
        }

        public string Hide(DateTimeOffset until)
        {
            VisibleAt = until;
            _receipts++;
            return Receipt;
        }
    }
}
