using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Wire;

namespace Celerity.Celery;

/// <summary>One call of a task in Celery's terms: what a message says, and what a signature becomes when it is sent.</summary>
internal sealed record CeleryTask
{
    /// <summary>The payload's member that holds positional arguments, until its type is known.</summary>
    public const string PositionalArguments = "$args";

    /// <summary>Gets the id; empty where the sender chose none.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public IReadOnlyList<JsonElement> Args { get; init; } = [];

    /// <summary>Gets the keyword arguments, an object, or <see langword="null"/> for none.</summary>
    public JsonElement? Kwargs { get; init; }

    public int Retries { get; init; }

    public DateTimeOffset? Eta { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public TimeSpan? TimeLimit { get; init; }

    public TimeSpan? SoftTimeLimit { get; init; }

    public string? CorrelationId { get; init; }

    public string? ParentId { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the queue that the sender asked for, by Celery's name for it.</summary>
    public string? Queue { get; init; }

    /// <summary>Gets what is to follow, and whom it belongs to.</summary>
    public CeleryTerms Terms { get; init; } = new();

    /// <summary>Makes the task as it travels between us. A lone object is the payload; other positional arguments wait for the payload's type.</summary>
    public TaskEnvelope ToEnvelope(string borrowedId) => new()
    {
        Id = Id is { Length: > 0 } ? Id : borrowedId,
        IsIdBorrowed = Id is not { Length: > 0 },
        Task = Name,
        Payload = Payload(),
        Attempt = Retries + 1,
        Eta = Eta,
        ExpiresAt = ExpiresAt,
        TimeLimit = TimeLimit,
        SoftTimeLimit = SoftTimeLimit,
        CorrelationId = CorrelationId,
        ParentId = ParentId,
        Headers = Headers,
        Celery = Terms,
    };

    private JsonElement Payload()
    {
        var named = Kwargs is { } kwargs ? JsonObject.Create(kwargs)! : [];
        if (Args is [{ ValueKind: JsonValueKind.Object } lone] && named.Count == 0)
        {
            return lone;
        }

        if (Args.Count > 0)
        {
            named[PositionalArguments] = new JsonArray([.. Args.Select(value => JsonNode.Parse(value.GetRawText()))]);
        }

        return JsonSerializer.SerializeToElement(named);
    }
}
