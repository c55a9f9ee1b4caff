using Celerity.Stages.Sources.RowGroups;

namespace Celerity.Stages.Sources.KeyRanges;

/// <summary>Reads a range of a source of the user's.</summary>
internal static class KeyRangeRows
{
    /// <exception cref="CelerityException">CEL0308: it has too many records; CEL0318: a record has not a value for each column.</exception>
    public static async ValueTask<RowGroup> ReadAsync(IChunkSource source, string range, string? parameters, CancellationToken cancellationToken)
    {
        var rows = new List<IReadOnlyList<object?>>();
        await foreach (var row in source.ReadAsync(range, parameters, cancellationToken).ConfigureAwait(false))
        {
            if (row.Count != source.Columns.Count)
            {
                throw new CelerityException(
                    ErrorCodes.StageCodeFailed, $"{source.GetType()}.{nameof(IChunkSource.ReadAsync)} gave a record of {row.Count} values for {source.Columns.Count} columns.");
            }

            rows.Add(row);
            if (rows.Count > DatasetSource.MaxChunkSize)
            {
                throw new CelerityException(
                    ErrorCodes.SettingOutOfRange, $"A range of {source.GetType()} has more than {DatasetSource.MaxChunkSize:N0} records. List smaller ranges.");
            }
        }

        return new RowGroup(rows.Count, [.. source.Columns.Select((_, column) => new ObjectColumn(rows, column))]);
    }
}
