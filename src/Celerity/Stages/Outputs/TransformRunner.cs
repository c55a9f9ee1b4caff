namespace Celerity.Stages.Outputs;

/// <summary>A transform as a stage: its partial results are how many records were written.</summary>
internal sealed class TransformRunner<TRecord>(string name, ITransform<TRecord> transform) : IStageRunner
{
    public string Name => name;

    public IReadOnlyList<string> RequiredColumns => transform.RequiredColumns;

    public ChunkRetry Retry => transform.Retry;

    public OutputForm? Form { get; } = OutputForm.Of(typeof(TRecord), transform.Format, name);

    public object Empty() => 0L;

    public async ValueTask<object> ProcessAsync(RecordReader records, ChunkOutput? output, CancellationToken cancellationToken)
    {
        await transform.ProcessAsync(records, new ChunkRecordWriter<TRecord>(output!), cancellationToken).ConfigureAwait(false);
        return (long)output!.Records;
    }

    public object Combine(object left, object right) => (long)left + (long)right;

    public byte[] Write(object partial) => System.Text.Encoding.UTF8.GetBytes(CelerityJson.Write((long)partial));

    public object Read(byte[] partial) => CelerityJson.Read<long>(System.Text.Encoding.UTF8.GetString(partial));

    public string Finish(object total) => CelerityJson.Write((long)total);
}
