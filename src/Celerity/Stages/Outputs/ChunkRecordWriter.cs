namespace Celerity.Stages.Outputs;

/// <summary>What a transform is given to write to.</summary>
internal sealed class ChunkRecordWriter<TRecord>(ChunkOutput output) : RecordWriter<TRecord>
{
    public override void Write(TRecord record) => output.Add(record!);
}
