using Celerity.Handover;
using Celerity.Wire;

namespace Celerity.Celery;

/// <summary>What a task hands on to those that follow it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="EndedAt">When it ended, or began to send them.</param>
internal sealed record CeleryParent(string Id, DateTimeOffset EndedAt)
{
    public string? CorrelationId { get; init; }

    public string? Traceparent { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public static CeleryParent Of(TaskEnvelope envelope, Ending ending) => new(envelope.Id, ending.At)
    {
        CorrelationId = envelope.CorrelationId,
        Traceparent = envelope.Traceparent,
        Headers = envelope.Headers,
    };
}
