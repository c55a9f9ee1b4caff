namespace Celerity.Stages.Outputs;

/// <summary>What one chunk wrote, in memory until it has succeeded.</summary>
internal abstract class ChunkOutput
{
    private const int MaxBytes = 64 * 1024 * 1024;

    public int Records { get; private set; }

    /// <summary>Gets how much is held, about.</summary>
    protected abstract long Bytes { get; }

    /// <exception cref="CelerityException">CEL0331: it is too much, or a value cannot be written.</exception>
    public void Add(object record)
    {
        ArgumentNullException.ThrowIfNull(record);
        Append(record);
        Records++;
        if (Bytes > MaxBytes)
        {
            throw new CelerityException(
                ErrorCodes.OutputRefused, $"The chunk has written more than {MaxBytes:N0} bytes, with record {Records:N0} of its output. Lower the dataset's chunk size.");
        }
    }

    /// <summary>Takes one record, whole or not at all.</summary>
    protected abstract void Append(object record);
}
