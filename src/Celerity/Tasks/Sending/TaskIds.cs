namespace Celerity.Tasks.Sending;

/// <summary>Makes ids: time-ordered UUIDs, whose hour and last digit name their partition (<see cref="TaskKeys"/>).</summary>
internal static class TaskIds
{
    public const int ShardCount = 16;

    public static Guid New(DateTimeOffset now) => Guid.CreateVersion7(now);

    /// <summary>Makes an id in a given shard: those of one time and shard lie in one partition.</summary>
    public static Guid New(DateTimeOffset now, int shard)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = Guid.CreateVersion7(now).TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[^1] = (byte)((bytes[^1] & 0xf0) | shard);
        return new Guid(bytes, bigEndian: true);
    }
}
