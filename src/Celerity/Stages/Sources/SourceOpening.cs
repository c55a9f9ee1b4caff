using Celerity.Stages.Planning;
using Celerity.Storage;

namespace Celerity.Stages.Sources;

/// <summary>Opens what a stage is to read, and says where cutting it begins. The plan reads nothing else than what the cursor names.</summary>
internal sealed class SourceOpening(IBlobStore blobs, StagedDatasets staged)
{
    /// <exception cref="CelerityException">CEL0303 to CEL0309, CEL0325, CEL0326: the dataset cannot be read.</exception>
    /// <exception cref="BlobGoneException">The dataset has changed.</exception>
    public async ValueTask<PlanCursor> OpenAsync(StageKey key, DatasetSource source, IStageRunner stage, CancellationToken cancellationToken)
    {
        var isArray = source.Format == DatasetFormat.Json;
        var (facts, header) = await DatasetCheck.OpenAsync(blobs, source, stage, cancellationToken).ConfigureAwait(false);
        if (header.Transcoding is { } transcoding)
        {
            source = await staged.StageAsync(key, source, facts.ETag, transcoding, cancellationToken).ConfigureAwait(false);
            (facts, header) = await DatasetCheck.OpenAsync(blobs, source, stage, cancellationToken).ConfigureAwait(false);
        }

        // The elements of an array have numbers, but no lines.
        var start = isArray ? header.Start with { Line = 0 } : header.Start;
        return new PlanCursor(facts.ETag, facts.Length, header.Columns, start, Chunks: 0, ChunksPerSlice: 0) { Source = source with { Columns = null } };
    }
}
