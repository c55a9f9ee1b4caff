using Celerity.Controls;
using Celerity.Stages.Slices;
using Celerity.Storage;

namespace Celerity.Stages.Admission;

/// <summary>
/// Sends away what may not run now, in one send. What only waits leaves a mark before it: until when messages of the stage wait. The watch of the stage
/// counts no time until then. The mark is the latest of them all and a little later, so that it is seldom written, and an instant, so that it is over some day.
/// </summary>
internal sealed class StageDeferrals(ITableStore tables, IQueueStore queues, ControlStore controls, TimeProvider time)
{
    public const string MarkKey = "waits";

    private const string UntilColumn = "until";

    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    // What is held by an older reading may come after those who let go have looked.
    private static readonly TimeSpan Outdated = TimeSpan.FromSeconds(10);

    private readonly PartsByName<Mark> _marks = new(_ => new Mark(), isInUse: _ => false, time);

    /// <summary>Sends the message that goes on with what is left. The one that it comes from is deleted after that, so a crash between leaves twins.</summary>
    public async ValueTask SendAsync(SliceMessage next, Deferral deferral, CancellationToken cancellationToken)
    {
        if (deferral.Hold is null)
        {
            await NoteAsync(next.Key(), time.GetUtcNow() + deferral.Delay, cancellationToken).ConfigureAwait(false);
        }

        var body = (next with { Starts = deferral.Starts }).Encode();
        var queue = deferral.Hold is null ? next.Queue() : StorageNames.ChunksQueue + StorageNames.HeldSuffix;
        await queues.SendAsync(queue, body, deferral.Delay, cancellationToken).ConfigureAwait(false);
        if (deferral.Hold is { } known && time.GetUtcNow() - known.KnownAt > Outdated)
        {
            await controls.AskForRefillAsync(StorageNames.ChunksQueue, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Reads until when messages of a stage wait; <see langword="null"/> where none ever did.</summary>
    public async ValueTask<DateTimeOffset?> FindMarkAsync(StageKey key, CancellationToken cancellationToken) =>
        (await tables.FindAsync(StorageNames.LedgerTable, key.ControlPartition, MarkKey, cancellationToken).ConfigureAwait(false))?.FindTime(UntilColumn);

    private async ValueTask NoteAsync(StageKey key, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var mark = _marks.Get(key.ToString());
        while (mark.Until < until)
        {
            var row = await tables.FindAsync(StorageNames.LedgerTable, key.ControlPartition, MarkKey, cancellationToken).ConfigureAwait(false);
            if (row?.FindTime(UntilColumn) is { } noted && noted >= until)
            {
                mark.Until = noted;
                return;
            }

            var next = new TableRow(key.ControlPartition, MarkKey, new Dictionary<string, object> { [UntilColumn] = until + Slack });
            var etag = row is null
                ? await tables.TryInsertAsync(StorageNames.LedgerTable, next, cancellationToken).ConfigureAwait(false)
                : await tables.TryReplaceAsync(StorageNames.LedgerTable, next, row.ETag, cancellationToken).ConfigureAwait(false);
            if (etag is not null)
            {
                mark.Until = until + Slack;
            }
        }
    }

    private sealed class Mark
    {
        public DateTimeOffset Until { get; set; }
    }
}
