using Celerity.Stages.Outputs;
using Celerity.Stages.Planning;
using Celerity.Stages.Sources;

namespace Celerity.Stages.Slices;

/// <summary>Tells which blob a slice's chunks lie in: the dataset's, one of its list, the copy of that, or one that a stage before has written.</summary>
internal sealed class SlicePlaces(BlobList list, OutputList outputs, SliceMessage message)
{
    private readonly OutputName? _output = message.Source.Output is { } output ? OutputName.Parse(output) : null;

    public long LengthOf(ChunkEntry entry) => entry.Blob?.Length ?? message.Length;

    /// <summary>The blob's name, where the dataset has several.</summary>
    public async ValueTask<string?> FindNameAsync(ChunkEntry entry, CancellationToken cancellationToken) => entry.Blob switch
    {
        null => null,
        { } blob when _output is not null => await outputs.FindAsync(_output, blob, cancellationToken).ConfigureAwait(false),
        { } blob => (await list.FindAsync(message.ManifestKey(), blob, cancellationToken).ConfigureAwait(false)).Name,
    };

    /// <summary>The blob, and the version that it must have.</summary>
    public async ValueTask<(DatasetSource Source, string? ETag)> FindAsync(ChunkEntry entry, CancellationToken cancellationToken)
    {
        var source = message.Source;
        if (entry.Blob is not { } blob)
        {
            return (source, message.ETag);
        }

        // What a stage wrote, and a copy, was made once and never changes.
        if (_output is not null)
        {
            return (source with { Container = _output.Container, Blob = await outputs.FindAsync(_output, blob, cancellationToken).ConfigureAwait(false) }, null);
        }

        var listed = await list.FindAsync(message.ManifestKey(), blob, cancellationToken).ConfigureAwait(false);
        return blob.IsStaged ? (StagedDatasets.CopyOf(message.ManifestKey(), source, blob.Number), null) : (source with { Blob = listed.Name }, listed.ETag);
    }
}
