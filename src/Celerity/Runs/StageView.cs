namespace Celerity.Runs;

/// <summary>A stage of a run.</summary>
/// <param name="Generation">The generation.</param>
/// <param name="Stage">Its number.</param>
/// <param name="Name">Its type's name.</param>
/// <param name="Progress">How far it is.</param>
internal sealed record StageView(int Generation, int Stage, string Name, ProgressView Progress)
{
    /// <summary>Gets when it was planned.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when its last chunk was seen to have ended: within a minute of that.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets how fast it was since it started, without what was taken over.</summary>
    public RateView? Overall { get; init; }

    /// <summary>Gets how fast it was in the last one to two minutes; <see langword="null"/> where it has ended, or was not looked at yet.</summary>
    public RateView? LastMinute { get; init; }

    /// <summary>Gets how many seconds it may take yet, at the rate of the last minute; <see langword="null"/> where it has ended, is suspended, or nothing moves.</summary>
    public double? SecondsLeft { get; init; }

    /// <summary>Gets the chunk that has been waited for longest.</summary>
    public OldestChunkView? Oldest { get; init; }

    /// <summary>Gets where what it wrote can be read, once it has ended; <see langword="null"/> where it writes no records.</summary>
    public string? OutputUrl { get; init; }

    /// <summary>Gets where its rejected records can be read; <see langword="null"/> where it has none.</summary>
    public string? RejectsUrl { get; init; }
}

/// <summary>How many chunks and records end in a second.</summary>
internal sealed record RateView(double ChunksPerSecond, double RecordsPerSecond)
{
    public static RateView? Of(long chunks, long records, TimeSpan time) =>
        time > TimeSpan.Zero ? new RateView(Round(chunks / time.TotalSeconds), Round(records / time.TotalSeconds)) : null;

    private static double Round(double rate) => Math.Round(Math.Max(0, rate), 3);
}

/// <summary>A chunk that is waited for.</summary>
/// <param name="Chunk">Its number.</param>
/// <param name="Since">Since when its slice ought to run, as the watch saw it, or was last sent again.</param>
internal sealed record OldestChunkView(int Chunk, DateTimeOffset Since);
