using Celerity.Stages.Sources.RowGroups;
using Celerity.Storage;

namespace Celerity.Stages.Outputs.Merging;

/// <summary>Copies what the chunks of a page wrote, in their order.</summary>
internal sealed class PageCopy(IBlobStore blobs, OutputName name, OutputHead head)
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>Writes what stands before the first record of a file.</summary>
    public void Begin(Stream file)
    {
        if (head.FormatOf(name) == DatasetFormat.Csv)
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(CsvOutput.Header(head.Columns)));
        }
    }

    /// <summary>Copies text: one request for pieces that lie side by side.</summary>
    public async ValueTask CopyAsync(IReadOnlyList<OutputRun> runs, Stream file, Func<ValueTask> flush, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        foreach (var run in runs)
        {
            foreach (var (from, to) in Stretches(run.Pieces))
            {
                var content = await blobs.OpenReadAsync(name.Container, run.Blob, from, to - from, null, cancellationToken).ConfigureAwait(false);
                await using (content.ConfigureAwait(false))
                {
                    while (await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
                    {
                        await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                        await flush().ConfigureAwait(false);
                    }
                }
            }
        }
    }

    /// <summary>Copies row groups: one request for a file's end, and one for each that does not lie in its last 64 KiB.</summary>
    public async ValueTask CopyAsync(IReadOnlyList<OutputRun> runs, RowsMerge rows, Func<ValueTask> flush, CancellationToken cancellationToken)
    {
        foreach (var run in runs)
        {
            var source = new DatasetSource { Container = name.Container, Blob = run.Blob, Format = DatasetFormat.Parquet };
            var file = await RowGroupFile.OpenAsync(blobs, source, run.BlobLength, null, head.Columns, cancellationToken).ConfigureAwait(false);
            await using (file.ConfigureAwait(false))
            {
                foreach (var piece in run.Pieces)
                {
                    await rows.AddAsync(file, piece.Group!.Value, cancellationToken).ConfigureAwait(false);
                    await flush().ConfigureAwait(false);
                }
            }
        }

        await rows.FlushAsync().ConfigureAwait(false);
    }

    private static IEnumerable<(long From, long To)> Stretches(IReadOnlyList<RunPiece> pieces)
    {
        var (from, to) = (pieces[0].Offset, pieces[0].End);
        foreach (var piece in pieces.Skip(1))
        {
            if (piece.Offset != to)
            {
                yield return (from, to);
                from = piece.Offset;
            }

            to = piece.End;
        }

        yield return (from, to);
    }
}
