using System.Buffers;

namespace Celerity.Stages.Outputs;

/// <summary>Records that are written one behind the other.</summary>
internal abstract class TextOutput : ChunkOutput
{
    protected ArrayBufferWriter<byte> Buffer { get; } = new();

    public ReadOnlyMemory<byte> Written => Buffer.WrittenMemory;

    protected sealed override long Bytes => Buffer.WrittenCount;
}
