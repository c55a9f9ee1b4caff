using System.Runtime.InteropServices;

namespace Celerity.Stages.Records;

internal static class ReadOnlyMemoryExtensions
{
    /// <summary>The array under memory that was rented as one.</summary>
    public static ArraySegment<byte> ToArraySegment(this ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) ? segment : new ArraySegment<byte>(memory.ToArray());
}
