using System.Runtime.CompilerServices;
using System.Text;
using Celerity.Storage;

namespace Celerity.Tests.Tasks.Model;

/// <summary>A process of a model: the real engine on seams that stop at each call until the explorer lets it go. Each pass is a new life.</summary>
internal abstract class SeamProcess(ModelTables tables, TimeProvider time) : ITableStore, IQueueStore
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(30);

    private readonly List<string> _seen = [];

    /// <summary>Gets the call it waits at, or <see langword="null"/> where it does nothing.</summary>
    public ModelCall? Call { get; private set; }

    /// <summary>Gets what it does, or <see langword="null"/>.</summary>
    public string? Does { get; private set; }

    public Task? Pass { get; private set; }

    public void Begin(string does, Func<IServiceProvider, Task> pass)
    {
        Does = does;
        Pass = pass(NewServices());
        _ = Pass.ContinueWith(_ => Pulse(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Rest();
    }

    /// <summary>Lets the pending call go.</summary>
    public void Go(Fate fate = Fate.Done)
    {
        var call = Call!;
        Call = null;
        call.Gate.SetResult((fate, null));
        Rest();
    }

    /// <summary>Runs a pass to its end; nothing goes wrong.</summary>
    /// <exception cref="InvalidOperationException">It failed all the same.</exception>
    public void Calm(string does, Func<IServiceProvider, Task> pass)
    {
        Begin(does, pass);
        while (Pass is { IsCompleted: false })
        {
            Go();
        }

        if (End() is { } exception)
        {
            throw new InvalidOperationException($"{does} failed: {exception.Message}", exception);
        }
    }

    /// <summary>Ends a pass that has come to its end.</summary>
    public Exception? End()
    {
        var exception = Pass!.Exception?.InnerException;
        (Pass, Does, Call) = (null, null, null);
        _seen.Clear();
        return exception;
    }

    public void Describe(StringBuilder text) => text.Append(Does).Append('|').Append(Call?.Name).Append('|').AppendJoin(';', _seen);

    ValueTask<string?> ITableStore.TryInsertAsync(string table, TableRow row, CancellationToken cancellationToken) =>
        CallAsync("insert", () => row.RowKey, () => Write(table, [row], () => tables.Insert(table, row)), () => Writes(table, [row]));

    ValueTask<bool> ITableStore.TryInsertAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
        CallAsync("insert", () => rows[0].RowKey, () => tables.InsertAll(table, rows), () => Writes(table, rows));

    ValueTask<IReadOnlyList<string>?> ITableStore.TryWriteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
        CallAsync("write", () => rows[0].RowKey, () => Write(table, rows, () => tables.WriteAll(table, rows)), () => Writes(table, rows));

    ValueTask<string?> ITableStore.TryReplaceAsync(string table, TableRow row, string etag, CancellationToken cancellationToken) =>
        CallAsync("replace", () => $"{row.RowKey} {etag}", () => Write(table, [row], () => tables.Replace(table, row, etag)), () => Writes(table, [row]));

    ValueTask<bool> ITableStore.TryDeleteAsync(string table, string partitionKey, string rowKey, string etag, CancellationToken cancellationToken) =>
        CallAsync("delete", () => $"{rowKey} {etag}", () => tables.Delete(table, partitionKey, rowKey, etag), () => [Touch.OfRow(table, partitionKey, rowKey, writes: true)]);

    ValueTask<bool> ITableStore.TryDeleteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) => CallAsync(
        "delete",
        () => string.Join(' ', rows.Select(row => row.RowKey)),
        () => rows.All(row => tables.Find(table, row.PartitionKey, row.RowKey)?.ETag == row.ETag)
            && rows.All(row => tables.Delete(table, row.PartitionKey, row.RowKey, row.ETag)),
        () => Writes(table, rows));

    ValueTask<TableRow?> ITableStore.FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellationToken) =>
        CallAsync("find", () => rowKey, () => tables.Find(table, partitionKey, rowKey), () => [Touch.OfRow(table, partitionKey, rowKey, writes: false)]);

    async IAsyncEnumerable<TableRow> ITableStore.QueryAsync(string table, TableQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = await CallAsync(
            "query", () => $"{table} {query.PartitionKey}", () => tables.Query(table, query), () => [Touch.OfRows(table, query.PartitionKey)]).ConfigureAwait(false);
        foreach (var row in rows)
        {
            yield return row;
        }
    }

    async ValueTask IQueueStore.SendAsync(string queue, string body, TimeSpan delay, CancellationToken cancellationToken) => await CallAsync(
        "send",
        () => queue,
        () =>
        {
            Send(queue, body);
            return true;
        },
        () => Sends(queue)).ConfigureAwait(false);

    ValueTask<IReadOnlyList<QueueItem>> IQueueStore.ReceiveAsync(string queue, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        CallAsync("receive", () => queue, () => Receive(queue), () => [OfQueue(queue, writes: true)]);

    ValueTask<bool> IQueueStore.TryDeleteAsync(string queue, QueueItem item, CancellationToken cancellationToken) =>
        CallAsync("delete", () => queue, () => Remove(queue, item), () => [OfQueue(queue, writes: true)]);

    ValueTask<int> IQueueStore.CountAsync(string queue, CancellationToken cancellationToken) => CallAsync("find", () => queue, () => Count(queue), () => [OfQueue(queue, writes: false)]);

    /// <summary>Makes the services of one life.</summary>
    protected abstract IServiceProvider NewServices();

    /// <summary>Writes, for those who look at what is written.</summary>
    protected virtual T Write<T>(string table, IReadOnlyList<TableRow> rows, Func<T> write) => write();

    /// <summary>Takes a message that is sent.</summary>
    protected abstract void Send(string queue, string body);

    protected virtual IReadOnlyList<QueueItem> Receive(string queue) => throw new NotSupportedException();

    protected virtual bool Remove(string queue, QueueItem item) => throw new NotSupportedException();

    protected virtual int Count(string queue) => throw new NotSupportedException();

    /// <summary>Tells what others may see of a call to a queue.</summary>
    protected virtual Touch OfQueue(string queue, bool writes) => new($"queue {queue}", writes);

    /// <summary>Tells what others may see of a message that is sent.</summary>
    protected virtual IReadOnlyList<Touch> Sends(string queue) => [OfQueue(queue, writes: true)];

    /// <summary>Tells what others may see of rows that are written.</summary>
    protected virtual IReadOnlyList<Touch> Writes(string table, IReadOnlyList<TableRow> rows) =>
        [.. rows.Select(row => Touch.OfRow(table, row.PartitionKey, row.RowKey, writes: true))];

    private static string Tell<T>(T result) => result switch
    {
        TableRow row => row.ETag,
        IReadOnlyList<TableRow> rows => string.Join(',', rows.Select(row => $"{row.RowKey} {row.ETag}")),
        IReadOnlyList<string> etags => string.Join(',', etags),
        IReadOnlyList<QueueItem> items => string.Join(',', items.Select(item => item.Body)),
        _ => $"{result}",
    };

    protected async ValueTask<T> CallAsync<T>(string kind, Func<string> detail, Func<T> work, Func<IReadOnlyList<Touch>>? touches = null)
    {
        var call = new ModelCall(kind, detail) { Touches = new(touches ?? (() => [])) };
        lock (_seen)
        {
            Call = call;
            Monitor.PulseAll(_seen);
        }

        var (fate, _) = await call.Gate.Task.ConfigureAwait(false);
        if (fate is Fate.DoneTwice or Fate.FailsAfter)
        {
            _ = work();
        }

        if (fate is Fate.Fails or Fate.FailsAfter)
        {
            _seen.Add($"{call.Name} failed");
            throw new IOException($"{call.Name}: {fate}");
        }

        var result = work();

        // With the code, that is its whole state; the clock besides, for what it has read of it.
        _seen.Add($"{call.Name}={Tell(result)}@{time.GetUtcNow().Ticks}");
        return result;
    }

    // What works in parallel goes on elsewhere.
    private void Rest()
    {
        lock (_seen)
        {
            while (Call is null && !Pass!.IsCompleted)
            {
                if (!Monitor.Wait(_seen, HangLimit))
                {
                    throw new InvalidOperationException("A pass waits for something that is no call to storage.");
                }
            }
        }
    }

    private void Pulse()
    {
        lock (_seen)
        {
            Monitor.PulseAll(_seen);
        }
    }
}
