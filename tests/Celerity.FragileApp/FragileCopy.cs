namespace Celerity.FragileApp;

/// <summary>Writes values with their notes. A record whose note says so is rejected, or fails its chunk.</summary>
public sealed class FragileCopy : ITransform<FragileRecord>
{
    /// <inheritdoc/>
    public IReadOnlyList<string> RequiredColumns { get; } = ["value", "note"];

    /// <inheritdoc/>
    public ChunkRetry Retry { get; } = new(1, TimeSpan.Zero, TimeSpan.Zero);

    /// <inheritdoc/>
    public DatasetFormat Format => DatasetFormat.Csv;

    /// <inheritdoc/>
    public ValueTask ProcessAsync(RecordReader records, RecordWriter<FragileRecord> output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(output);
        var (value, note) = (records.GetOrdinal("value"), records.GetOrdinal("note"));
        while (records.Read())
        {
            switch (records.GetText(note).ToString())
            {
                case "rejected":
                    records.Reject("its note says so");
                    break;
                case "fails":
                    throw new InvalidOperationException("Its note says so.");
                case var text:
                    output.Write(new FragileRecord(records.TryGetInt32(value, out var number) ? number : 0, text));
                    break;
            }
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>What is written.</summary>
/// <param name="Value">The value.</param>
/// <param name="Note">Its note.</param>
public sealed record FragileRecord(int Value, string Note);
