using Celerity.Storage;
using Microsoft.Extensions.Logging;

namespace Celerity.Runs.Purging;

/// <summary>What maintenance does about runs each minute: marks what is kept no longer, goes on with purges of many, and deletes what is due, for up to 20 seconds.</summary>
internal sealed partial class RunUpkeep(RunRetention retention, PurgeActions actions, RunPurge purge, ITableStore tables, TimeProvider time, ILogger<RunUpkeep> logger)
{
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(20);

    public async ValueTask RunAsync(IRunInstances instances, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        await retention.RunAsync(cancellationToken).ConfigureAwait(false);
        var rows = await tables.QueryAsync(StorageNames.ControlTable, PurgeNote.All, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        var notes = rows.ConvertAll(PurgeNote.From);
        await actions.GoOnAsync(notes, cancellationToken).ConfigureAwait(false);
        foreach (var note in notes.Where(note => time.GetUtcNow() - note.At >= RunPurge.Settled).TakeWhile(_ => time.GetElapsedTime(start) < LongestRound))
        {
            try
            {
                _ = await purge.GoOnAsync(note, instances, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // One run must not keep the others; it comes again in a minute.
                LogFailed(logger, note.Run, exception);
            }
        }
    }

    [LoggerMessage(2741, LogLevel.Warning, "The run {Run} could not be purged; it is tried again in a minute")]
    private static partial void LogFailed(ILogger logger, string run, Exception exception);
}
