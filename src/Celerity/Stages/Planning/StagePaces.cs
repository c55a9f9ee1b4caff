using Celerity.Storage;

namespace Celerity.Stages.Planning;

/// <summary>
/// Keeps how fast each stage's code is, for sources whose chunks are to take a time: a row a stage, which a process adds to once a minute at most. And keeps what
/// size that gave a stage, so that a step that is made again cuts the same chunks.
/// </summary>
internal sealed class StagePaces(ITableStore tables, TimeProvider time)
{
    private const string Partition = "pace";
    private const string Size = "chunk-size";

    private static readonly TimeSpan WriteInterval = TimeSpan.FromMinutes(1);

    private readonly PartsByName<Measured> _measured = new(_ => new Measured(), isInUse: measured => measured.Pace.Records > 0, time);

    /// <summary>Says what size a stage's chunks have. The first answer stands, whatever is measured meanwhile: two requests, three when asked again.</summary>
    public async ValueTask<DatasetSource> SizeAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        if (request.Source.TargetChunkSeconds is null)
        {
            return request.Source;
        }

        var known = await tables.FindAsync(StorageNames.LedgerTable, request.Key.ControlPartition, Size, cancellationToken).ConfigureAwait(false);
        if (known is null)
        {
            var pace = await tables.FindAsync(StorageNames.LedgerTable, Partition, request.Name, cancellationToken).ConfigureAwait(false);
            var size = ChunkSizing.For(request.Source, pace is null ? null : PaceOf(pace));
            known = new TableRow(request.Key.ControlPartition, Size, new Dictionary<string, object> { ["records"] = size });
            if (await tables.TryInsertAsync(StorageNames.LedgerTable, known, cancellationToken).ConfigureAwait(false) is null)
            {
                known = (await tables.FindAsync(StorageNames.LedgerTable, known.PartitionKey, known.RowKey, cancellationToken).ConfigureAwait(false))!;
            }
        }

        return request.Source with { ChunkSize = known.GetInt32("records") };
    }

    /// <summary>Notes what a chunk took; nothing is written.</summary>
    public void Add(string stage, int records, TimeSpan took)
    {
        var measured = _measured.Get(stage);
        lock (measured)
        {
            measured.Pace += new StagePace(records, took.TotalSeconds);
        }
    }

    /// <summary>Adds what was noted to the stage's row, where that was not done within the last minute.</summary>
    public async ValueTask KeepAsync(string stage, CancellationToken cancellationToken)
    {
        var measured = _measured.Get(stage);
        StagePace pace;
        lock (measured)
        {
            if (measured.Pace.Records <= 0 || (measured.WrittenAt is { } written && time.GetUtcNow() - written < WriteInterval))
            {
                return;
            }

            (pace, measured.Pace, measured.WrittenAt) = (measured.Pace, default, time.GetUtcNow());
        }

        var row = await tables.FindAsync(StorageNames.LedgerTable, Partition, stage, cancellationToken).ConfigureAwait(false);
        var sum = ((row is null ? default : PaceOf(row)) + pace).Faded();
        var next = new TableRow(Partition, stage, new Dictionary<string, object> { ["records"] = sum.Records, ["seconds"] = sum.Seconds });

        // Refused: another process has just added its own, and the next minute brings more.
        _ = row is null
            ? await tables.TryInsertAsync(StorageNames.LedgerTable, next, cancellationToken).ConfigureAwait(false)
            : await tables.TryReplaceAsync(StorageNames.LedgerTable, next, row.ETag, cancellationToken).ConfigureAwait(false);
    }

    private static StagePace PaceOf(TableRow row) => new((double)row.Values["records"], (double)row.Values["seconds"]);

    private sealed class Measured
    {
        public StagePace Pace { get; set; }

        public DateTimeOffset? WrittenAt { get; set; }
    }
}
