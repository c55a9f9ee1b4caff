using Celerity.Storage;
using Celerity.Workers;
using Microsoft.Extensions.Logging;

namespace Celerity.History;

/// <summary>Writes down what this process has counted: one row for each minute in which anything was, one request each.</summary>
internal sealed partial class HistoryWriter(HistoryCounter counter, ITableStore tables, WorkerIdentity me, WorkerLoad load, TimeProvider time, ILogger<HistoryWriter> logger)
{
    /// <summary>Writes after each minute until the process is to end, and then what is left. A crash loses what was counted since.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            var left = HistoryRows.MinuteOf(now).AddMinutes(1) - now;
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stopping.IsCancellationRequested)
            {
                await WriteAsync(withOpen: false).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes what waits. What cannot be written waits for the next minute.</summary>
    /// <param name="withOpen">Whether the minute that goes on is written too: the process ends.</param>
    public async Task WriteAsync(bool withOpen)
    {
        var (minutes, dropped) = counter.Take(withOpen);
        if (dropped > 0)
        {
            LogDropped(logger, dropped);
        }

        var running = load.RunningCount;
        for (var at = 0; at < minutes.Count; at++)
        {
            minutes[at].Tally.Running = running;
            try
            {
                // A row that is there already is this one: its reply was lost.
                _ = await tables.TryInsertAsync(
                    StorageNames.HistoryTable, HistoryRows.OfProcess(me.Id, minutes[at]), CancellationToken.None).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The loop's edge: the storage is down, and the minutes wait.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                counter.PutBack([.. minutes.Skip(at)]);
                LogNotWritten(logger, minutes.Count - at, exception);
                return;
            }
        }
    }

    [LoggerMessage(2750, LogLevel.Warning, "{Minutes} minutes of history could not be written; they are tried again in a minute")]
    private static partial void LogNotWritten(ILogger logger, int minutes, Exception exception);

    [LoggerMessage(2751, LogLevel.Warning, "{Minutes} minutes of history were dropped: they could not be written for an hour")]
    private static partial void LogDropped(ILogger logger, int minutes);
}
