using System.Collections.Concurrent;
using Celerity.Storage;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks.Sending;

/// <summary>One send of many tasks: fills a pack for each queue, and sends full ones while the next is being filled.</summary>
internal sealed partial class BulkSend(
    IQueueStore queues, ITableStore tables, TimeProvider time, int parallelPackCount, ILogger logger, CancellationToken cancellationToken) : IDisposable
{
    private const int MaxOpenPacks = 16;

    private readonly Dictionary<(string Queue, DateTimeOffset? DueAt), Pack> _open = [];
    private readonly ConcurrentBag<Pack> _spare = [];
    private readonly SemaphoreSlim _permits = new(parallelPackCount);
    private readonly CancellationTokenSource _failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private Exception? _failure;
    private int _packs;
    private int _drained;

    /// <summary>Adds one task.</summary>
    /// <returns>Its id; <see langword="null"/> where it is too large for any pack.</returns>
    public async ValueTask<string?> TryAddAsync(PackTemplate template, object payload, Type payloadType)
    {
        var key = (template.Queue, template.DueAt);
        if (!_open.TryGetValue(key, out var pack))
        {
            // Many queues and times: what has been waiting leaves as it is.
            if (_open.Count == MaxOpenPacks)
            {
                await StartAllAsync().ConfigureAwait(false);
            }

            _open[key] = pack = Begin(template);
        }

        if (pack.TryAdd(template, payload, payloadType) is { } id)
        {
            return id.ToString();
        }

        if (pack.Count == 0)
        {
            return null;
        }

        await StartAsync(pack).ConfigureAwait(false);
        _open[key] = pack = Begin(template);
        return pack.TryAdd(template, payload, payloadType)?.ToString();
    }

    /// <summary>Sends what is left, and waits for all of it. Throws where anything could not be sent.</summary>
    public async ValueTask CompleteAsync()
    {
        await StartAllAsync().ConfigureAwait(false);
        await DrainAsync().ConfigureAwait(false);
        ThrowIfFailed();
    }

    /// <summary>Waits for what is on its way.</summary>
    public async ValueTask DrainAsync()
    {
        for (; _drained < parallelPackCount; _drained++)
        {
            await _permits.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        foreach (var pack in _open.Values.Concat(_spare))
        {
            pack.Dispose();
        }

        _permits.Dispose();
        _failed.Dispose();
    }

    private Pack Begin(PackTemplate template)
    {
        var pack = _spare.TryTake(out var spare) ? spare : new Pack();
        pack.Begin(template, time.GetUtcNow(), _packs++ % TaskIds.ShardCount);
        return pack;
    }

    private async ValueTask StartAllAsync()
    {
        foreach (var pack in _open.Values.Where(pack => pack.Count > 0))
        {
            await StartAsync(pack).ConfigureAwait(false);
        }

        _open.Clear();
    }

    // No more than so many at once, so that memory stays flat.
    private async ValueTask StartAsync(Pack pack)
    {
        await _permits.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_failure is not null)
        {
            _permits.Release();
            ThrowIfFailed();
        }

        // Awaited by whoever takes its permit: DrainAsync takes all of them.
        _ = Task.Run(() => SendAsync(pack), CancellationToken.None);
    }

    private async Task SendAsync(Pack pack)
    {
        try
        {
            var delay = pack.DueAt - time.GetUtcNow() is { } wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
            await queues.SendAsync(pack.Queue, pack.ToMessage(), delay, _failed.Token).ConfigureAwait(false);
            await KeepRowsAsync(pack).ConfigureAwait(false);
            _spare.Add(pack);
        }
#pragma warning disable CA1031 // The loop's edge: the first failure is thrown to the caller, once what is on its way has arrived.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _ = Interlocked.CompareExchange(ref _failure, exception, null);
            await _failed.CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            _permits.Release();
        }
    }

    private async ValueTask KeepRowsAsync(Pack pack)
    {
        try
        {
            foreach (var rows in pack.ToRows().Chunk(TableLimits.BatchRows))
            {
                _ = await tables.TryInsertAllAsync(StorageNames.TasksTable, rows, CancellationToken.None).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // The tasks are on their queue: to fail now would make the caller send them twice.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogRowsMissing(logger, pack.Count, pack.Queue, exception);
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    [LoggerMessage(2034, LogLevel.Warning, "{Count} tasks were sent to {Queue} and will run, but their send rows could not be stored: they are not visible until they run")]
    private static partial void LogRowsMissing(ILogger logger, int count, string queue, Exception exception);
}
