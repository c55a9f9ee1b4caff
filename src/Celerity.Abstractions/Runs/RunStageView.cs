namespace Celerity;

/// <summary>A stage of a run.</summary>
/// <param name="Generation">The generation.</param>
/// <param name="Stage">Its number.</param>
/// <param name="Name">Its type's name.</param>
/// <param name="Progress">How far it is.</param>
public sealed record RunStageView(int Generation, int Stage, string Name, RunProgressView Progress)
{
    /// <summary>Gets when it was planned.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when its last chunk was seen to have ended: within a minute of that.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets how fast it was since it started, without what was taken over.</summary>
    public StageRateView? Overall { get; init; }

    /// <summary>Gets how fast it was in the last one to two minutes; <see langword="null"/> where it has ended, or was not looked at yet.</summary>
    public StageRateView? LastMinute { get; init; }

    /// <summary>Gets how many seconds it may take yet, at the rate of the last minute; <see langword="null"/> where it has ended, is suspended, or nothing moves.</summary>
    public double? SecondsLeft { get; init; }

    /// <summary>Gets the chunk that has been waited for longest.</summary>
    public OldestChunkView? Oldest { get; init; }

    /// <summary>Gets where what it wrote can be read, once it has ended; <see langword="null"/> where it writes no records, and from C#.</summary>
    public string? OutputUrl { get; init; }

    /// <summary>Gets where its rejected records can be read; <see langword="null"/> where it has none, and from C#.</summary>
    public string? RejectsUrl { get; init; }
}
