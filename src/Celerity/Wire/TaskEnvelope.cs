using System.Text.Json;
using Celerity.Retry;

namespace Celerity.Wire;

/// <summary>A task as it lies on a queue (<c>docs/wire-formats.md</c>). All but the name has a default.</summary>
internal sealed record TaskEnvelope
{
    public int V { get; init; } = 1;

    /// <summary>Gets the id; <see langword="null"/> where the sender left it out: it then follows from the queue message's id.</summary>
    public string? Id { get; init; }

    public required string Task { get; init; }

    public JsonElement? Payload { get; init; }

    public int Attempt { get; init; } = 1;

    public int Seq { get; init; }

    public string? Delivery { get; init; }

    public int Crashes { get; init; }

    public string? Queue { get; init; }

    public DateTimeOffset? Eta { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public string? IdempotencyKey { get; init; }

    public string? CorrelationId { get; init; }

    public string? Traceparent { get; init; }

    public string? RunId { get; init; }

    public string? ParentId { get; init; }

    public string? PayloadRef { get; init; }

    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Gets the failed attempts so far.</summary>
    public IReadOnlyList<FailureRecord>? Failures { get; init; }
}
