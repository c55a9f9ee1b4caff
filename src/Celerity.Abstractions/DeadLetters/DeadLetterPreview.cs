namespace Celerity;

/// <summary>What an action would do. Nothing has been changed.</summary>
public sealed record DeadLetterPreview
{
    /// <summary>Gets how many letters fit the filter.</summary>
    public required long Matched { get; init; }

    /// <summary>Gets how many would be replayed or purged.</summary>
    public required long Affected { get; init; }

    /// <summary>Gets how many would be set aside: they have died again after as many replays as are allowed.</summary>
    public long SetAside { get; init; }

    /// <summary>Gets how many cannot be replayed.</summary>
    public long Refused { get; init; }

    /// <summary>Gets why some cannot, each reason once, ten at most.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Gets how many of each task would be affected.</summary>
    public IReadOnlyDictionary<string, long> Tasks { get; init; } = new Dictionary<string, long>();

    /// <summary>Gets the ids of some that would be affected, ten at most.</summary>
    public IReadOnlyList<string> Sample { get; init; } = [];

    /// <summary>Gets whether there are more than were looked at, so that the numbers are the least.</summary>
    public bool IsPartial { get; init; }
}
