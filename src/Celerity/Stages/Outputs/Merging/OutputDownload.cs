using Celerity.Runs;
using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Stages.Outputs.Merging;

/// <summary>Streams what a stage wrote, or rejected, in chunk order and flat memory.</summary>
internal sealed class OutputDownload(IBlobStore blobs, RunStore runs, StageLedger ledger, OutputList list)
{
    /// <summary>Opens what a stage of the run's present generation wrote.</summary>
    /// <returns>Its format, and what writes it into a stream; <see langword="null"/> where the run has no such stage.</returns>
    /// <exception cref="CelerityException">CEL0332: the stage writes no records, or has not ended.</exception>
    public async ValueTask<(DatasetFormat Format, Func<Stream, CancellationToken, Task> Write)?> OpenOutputAsync(
        string run, int stage, CancellationToken cancellationToken)
    {
        if (await FindAsync(run, stage, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        var head = await list.TryReadHeadAsync(found.Key, cancellationToken).ConfigureAwait(false) ?? throw new CelerityException(
            ErrorCodes.UnknownOutput, $"Stage {stage} of the run has no output: it has not ended, or writes no records. The run's state tells which.");
        var name = OutputName.Parse(head.Output);
        return (head.Format, (stream, cancellation) => head.Format == DatasetFormat.Parquet
            ? WriteRowsAsync(name, head, stream, cancellation)
            : WriteTextAsync(name, head, stream, cancellation));
    }

    /// <summary>Opens what a stage of the run's present generation has rejected so far.</summary>
    /// <returns>What writes it into a stream, as NDJSON; <see langword="null"/> where the run has no such stage.</returns>
    public async ValueTask<Func<Stream, CancellationToken, Task>?> OpenRejectsAsync(string run, int stage, CancellationToken cancellationToken) =>
        await FindAsync(run, stage, cancellationToken).ConfigureAwait(false) is { } found
            ? (stream, cancellation) => WriteRejectsAsync(found, stream, cancellation)
            : null;

    private async ValueTask<StageRecord?> FindAsync(string run, int stage, CancellationToken cancellationToken) =>
        (await runs.FindWithStagesAsync(run, cancellationToken).ConfigureAwait(false))?.Current.FirstOrDefault(found => found.Key.Stage == stage);

    private async Task WriteTextAsync(OutputName name, OutputHead head, Stream stream, CancellationToken cancellationToken)
    {
        var copy = new PageCopy(blobs, name, head);
        var counted = new CountingStream(stream);
        copy.Begin(counted);
        await counted.SendAsync(cancellationToken).ConfigureAwait(false);
        for (var page = 0; page < head.Pages; page++)
        {
            var runs = (await list.ReadPageAsync(name.Key, page, cancellationToken).ConfigureAwait(false)).Of(name);
            await copy.CopyAsync(runs, stream, () => ValueTask.CompletedTask, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteRowsAsync(OutputName name, OutputHead head, Stream stream, CancellationToken cancellationToken)
    {
        var copy = new PageCopy(blobs, name, head);
        var counted = new CountingStream(stream);
        var rows = new RowsMerge(head);
        await using (rows.ConfigureAwait(false))
        {
            await rows.OpenAsync(counted, goesOn: false, cancellationToken).ConfigureAwait(false);
            for (var page = 0; page < head.Pages; page++)
            {
                var runs = (await list.ReadPageAsync(name.Key, page, cancellationToken).ConfigureAwait(false)).Of(name);
                await copy.CopyAsync(runs, rows, () => counted.SendAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            }
        }

        await counted.SendAsync(cancellationToken).ConfigureAwait(false);
    }

    // By the ledger: there is a list only of stages that write records, and only once they have ended.
    private async Task WriteRejectsAsync(StageRecord stage, Stream stream, CancellationToken cancellationToken)
    {
        var name = new OutputName(stage.Key, IsRejects: true, "");
        var copy = new PageCopy(blobs, name, new OutputHead(DatasetFormat.Ndjson, [], [], 0, 0, "", ""));
        var full = await ledger.ReadRootAsync(stage.Key, stage.Layout, cancellationToken).ConfigureAwait(false);
        for (var page = 0; page < stage.Layout.PageCount; page++)
        {
            var key = full.TryGetValue(page, out var end) ? stage.Key with { Generation = end.Generation } : stage.Key;
            if (full.ContainsKey(page) && end.Count.Rejected == 0)
            {
                continue;
            }

            var ends = await ledger.ReadOutputsAsync(key, page, cancellationToken).ConfigureAwait(false);
            await copy.CopyAsync(OutputRun.Of(ends.Select(chunk => (chunk.Chunk, chunk.Rejects))), stream, () => ValueTask.CompletedTask, cancellationToken).ConfigureAwait(false);
        }
    }
}
