namespace Celerity.History;

/// <summary>What was seen of one stage's chunks in a time, on one process or on all.</summary>
internal sealed class StageTally
{
    /// <summary>Gets or sets how many attempts at chunks have begun.</summary>
    public long Started { get; set; }

    public long Succeeded { get; set; }

    public long DeadLettered { get; set; }

    public long Retried { get; set; }

    /// <summary>Gets or sets the records of chunks that ended well, rejected ones included.</summary>
    public long Records { get; set; }

    public long Rejected { get; set; }

    /// <summary>Gets how long attempts at chunks ran.</summary>
    public LogHistogram Duration { get; init; } = new();

    public void Add(StageTally other)
    {
        Started += other.Started;
        Succeeded += other.Succeeded;
        DeadLettered += other.DeadLettered;
        Retried += other.Retried;
        Records += other.Records;
        Rejected += other.Rejected;
        Duration.Add(other.Duration);
    }
}
