namespace Celerity.History;

/// <summary>What was seen of one task in a time, on one process or on all.</summary>
internal sealed class TaskTally
{
    public long Sent { get; set; }

    /// <summary>Gets or sets how many attempts have begun.</summary>
    public long Started { get; set; }

    public long Succeeded { get; set; }

    public long DeadLettered { get; set; }

    public long Revoked { get; set; }

    public long Expired { get; set; }

    public long Discarded { get; set; }

    public long Retried { get; set; }

    public long Deferred { get; set; }

    /// <summary>Gets how long attempts ran, whatever became of them.</summary>
    public LogHistogram Duration { get; init; } = new();

    /// <summary>Gets how long tasks waited for their first attempt since they were sent, or due.</summary>
    public LogHistogram Wait { get; init; } = new();

    public void Add(TaskTally other)
    {
        Sent += other.Sent;
        Started += other.Started;
        Succeeded += other.Succeeded;
        DeadLettered += other.DeadLettered;
        Revoked += other.Revoked;
        Expired += other.Expired;
        Discarded += other.Discarded;
        Retried += other.Retried;
        Deferred += other.Deferred;
        Duration.Add(other.Duration);
        Wait.Add(other.Wait);
    }
}
