using Celerity.Handover;
using Celerity.Wire;

namespace Celerity.Tasks;

/// <summary>What one pass over one delivery knows of its task.</summary>
/// <param name="Envelope">The task as it was delivered.</param>
/// <param name="Queue">The queue it came from.</param>
/// <param name="Stamp">The delivery.</param>
/// <param name="Id">This pass.</param>
internal sealed record TaskPass(TaskEnvelope Envelope, string Queue, DeliveryStamp Stamp, string Id)
{
    public ControlKey Key { get; } = TaskKeys.ControlOf(Envelope.Id);

    /// <summary>When a task was sent, as its message or its id tells; <see langword="null"/> where neither does.</summary>
    public static DateTimeOffset? SentAtOf(TaskEnvelope envelope) => envelope.SentAt ?? TaskKeys.CreatedAt(envelope.Id);

    /// <summary>Gets the control row as this pass holds it; <see langword="null"/> where it has read none and claimed nothing.</summary>
    public ControlRow? Held { get; init; }

    /// <summary>Gets whether it was asked already whether the task may run now.</summary>
    public bool IsAdmitted { get; init; }

    /// <summary>Gets the opening of its circuit that it probes; <see langword="null"/> where it is no probe.</summary>
    public int? Probe { get; init; }

    /// <summary>Gets when it may start, as a rate limit says; <see langword="null"/> for at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Gets the control row as it stands, or as the message tells it.</summary>
    public ControlRow Row => Held ?? Fresh;

    /// <summary>How long the task has waited for its first attempt since it was sent, or since it was due; <see langword="null"/> at a later one, and where nobody knows.</summary>
    public TimeSpan? WaitedAt(DateTimeOffset now)
    {
        if (Row is not { Attempt: 1, Crashes: 0 } || SentAtOf(Envelope) is not { } since)
        {
            return null;
        }

        since = Envelope.Eta > since ? Envelope.Eta.Value : since;
        return now > since ? now - since : TimeSpan.Zero;
    }

    /// <summary>Something that happened to the task in this pass.</summary>
    public TaskEvent Event(TaskEventKind kind, DateTimeOffset at) => new()
    {
        Kind = kind,
        At = at,
        Id = Envelope.Id,
        Name = Envelope.Task,
        Queue = Queue,
        Attempt = Row.Attempt,
        CorrelationId = Envelope.CorrelationId,
        Tags = Envelope.Tags,
    };

    /// <summary>That the task was put off.</summary>
    public TaskEvent Deferred(TaskVerdict.Next next, DateTimeOffset at) => Event(TaskEventKind.Deferred, at) with
    {
        Deferral = next.Why,
        Reason = next.Hold?.Reason,
        Delay = next.Delay,
    };

    /// <summary>Gets the row as the message tells it.</summary>
    public ControlRow Fresh => new(Envelope.Seq, Envelope.Delivery, Envelope.Attempt, Envelope.Crashes)
    {
        Subject = Envelope.Task,
        Group = Envelope.Group?.Id,
        Failures = Envelope.LastFailure is { } failure ? [failure] : [],
    };
}
