using Celerity.Retry;
using Celerity.Storage;
using Celerity.Tasks;
using Microsoft.Extensions.Logging;

namespace Celerity.Workers;

/// <summary>Registers this process, tells every 10 seconds what it does, and obeys the orders that it finds.</summary>
/// <remarks>
/// A heartbeat is one write of one row, by its ETag. An order is written into that same row: the next heartbeat is refused, reads the row and
/// carries the order on. So orders cost nothing while there are none.
/// </remarks>
internal sealed partial class WorkerHeart(
    WorkerIdentity me,
    ITableStore tables,
    WorkerLoad load,
    WorkerMemory memory,
    Intake intake,
    WorkerOptions options,
    IRandomSource random,
    TimeProvider time,
    ILogger<WorkerHeart> logger)
{
    private readonly double _jitter = random.NextDouble();
    private WorkerState _state = WorkerState.Running;
    private string? _reason;
    private WorkerOrder? _order;
    private string? _etag;

    public string Id => me.Id;

    /// <summary>Beats until the process is to end.</summary>
    /// <param name="stopping">Fires when the app stops by itself.</param>
    /// <returns>Whether the process is to end because it is recycled.</returns>
    public async Task<bool> RunAsync(CancellationToken stopping)
    {
        var recyclingSince = default(long?);
        while (!stopping.IsCancellationRequested)
        {
            await TryBeatAsync().ConfigureAwait(false);
            var wait = WorkerRow.BeatInterval;
            if (_state == WorkerState.Recycling)
            {
                recyclingSince ??= time.GetTimestamp();
                var left = options.RecycleGrace - time.GetElapsedTime(recyclingSince.Value);
                if (intake.WhenIdle.IsCompleted || left <= TimeSpan.Zero)
                {
                    LogEnding(logger, _reason!, intake.WhenIdle.IsCompleted);
                    return true;
                }

                wait = left < wait ? left : wait;
            }

            await (_state == WorkerState.Recycling ? intake.WhenIdle.WaitAsync(wait, time, stopping) : Task.Delay(wait, time, stopping))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }

    /// <summary>The last word: the process ends. What cannot be written now shows as lost soon.</summary>
    public async Task StopAsync()
    {
        _state = WorkerState.Stopped;
        await TryBeatAsync().ConfigureAwait(false);
    }

    private async Task TryBeatAsync()
    {
        try
        {
            await BeatAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The loop's edge: a heartbeat is missed, and the next one comes.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogMissed(logger, exception);
        }
    }

    private async ValueTask BeatAsync()
    {
        var facts = new WorkerFacts(
            time.GetUtcNow() - me.StartedAt, memory.WorkingSetBytes, memory.HeapBytes, load.Run, load.Failed, load.Zombies);
        if (_state is WorkerState.Running or WorkerState.Draining && RecycleDecision.For(options, facts, _jitter) is { } reason)
        {
            Change(WorkerState.Recycling, reason);
        }

        if (await TryWriteAsync(facts).ConfigureAwait(false))
        {
            return;
        }

        // An order has come, one's own earlier write has succeeded unheard, or the row was dropped while the process stood still.
        var found = await tables.FindAsync(StorageNames.WorkersTable, WorkerRow.Partition, me.Id, CancellationToken.None).ConfigureAwait(false);
        if (found is not null && WorkerOrder.From(found) is { } order)
        {
            _order = order;
            Obey(order);
        }

        _etag = found?.ETag;
        await TryWriteAsync(facts).ConfigureAwait(false);
    }

    private async ValueTask<bool> TryWriteAsync(WorkerFacts facts)
    {
        var row = WorkerRow.Write(me, _state, _reason, facts, load.Running, _order, time.GetUtcNow());
        var written = _etag is null
            ? await tables.TryInsertAsync(StorageNames.WorkersTable, row, CancellationToken.None).ConfigureAwait(false)
            : await tables.TryReplaceAsync(StorageNames.WorkersTable, row, _etag, CancellationToken.None).ConfigureAwait(false);
        _etag = written ?? _etag;
        return written is not null;
    }

    private void Obey(WorkerOrder order)
    {
        if (_state == WorkerState.Running || (_state == WorkerState.Draining && order.State == WorkerState.Recycling))
        {
            Change(order.State, order.Reason);
        }
    }

    private void Change(WorkerState state, string reason)
    {
        (_state, _reason) = (state, reason);
        intake.Close();
        LogChanged(logger, state, reason);
    }

    [LoggerMessage(2431, LogLevel.Warning, "This worker is {State} and hands over what comes: {Reason}")]
    private static partial void LogChanged(ILogger logger, WorkerState state, string reason);

    [LoggerMessage(2432, LogLevel.Warning, "This process ends to be started anew: {Reason} Everything that it had begun has ended: {IsIdle}")]
    private static partial void LogEnding(ILogger logger, string reason, bool isIdle);

    [LoggerMessage(2433, LogLevel.Warning, "A heartbeat of this worker could not be written; the next comes in 10 seconds")]
    private static partial void LogMissed(ILogger logger, Exception exception);
}
