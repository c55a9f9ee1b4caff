namespace Celerity;

/// <summary>Takes the records that a chunk writes. Not for concurrent use.</summary>
/// <typeparam name="TRecord">A record.</typeparam>
public abstract class RecordWriter<TRecord>
{
    /// <summary>Writes a record behind those before it. It is kept when the chunk has succeeded.</summary>
    /// <param name="record">The record; it is not held.</param>
    /// <exception cref="CelerityException">CEL0331: the chunk has written too much, or a value cannot be written.</exception>
    public abstract void Write(TRecord record);
}
