using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>The body of a replay or purge.</summary>
internal sealed record DeadLetterBody
{
    // A misspelt filter would mean all letters.
    private static readonly JsonSerializerOptions Strict = new(CelerityJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    };

    public JsonElement? Filter { get; init; }

    public bool DryRun { get; init; }

    public JsonElement? Payload { get; init; }

    public int Canary { get; init; }

    public string? Rate { get; init; }

    public int MaxReplays { get; init; } = new ReplayOptions().MaxReplays;

    public string? Who { get; init; }

    public string? Why { get; init; }

    public ReplayOptions Options => new() { Payload = Payload, Canary = Canary, Rate = Rate, MaxReplays = MaxReplays };

    /// <summary>Which letters: to leave it out is no way to say all.</summary>
    /// <exception cref="CelerityException">CEL0342: it is missing; CEL0302, CEL0308: it cannot be read.</exception>
    public DeadLetterFilter RequireFilter() => Filter is { ValueKind: not JsonValueKind.Null } filter
        ? DeadLetterQuery.Read(filter)
        : throw new CelerityException(
            ErrorCodes.BadReplay, """The body has no filter. Send {"filter":{"group":"…"}}, or {"filter":{}} for all; with "dryRun":true nothing is changed.""");

    /// <summary>Reads it; no body at all says nothing.</summary>
    /// <exception cref="CelerityException">CEL0302: it cannot be read; CEL0322: it is too large.</exception>
    public static async Task<DeadLetterBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await Endpoint.ReadBytesAsync(request, Endpoint.MaxBodyBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return bytes.Length == 0 ? new DeadLetterBody() : JsonSerializer.Deserialize<DeadLetterBody>(bytes.Span, Strict) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new CelerityException(ErrorCodes.BadRequestBody, $"The body cannot be read: {exception.Message}", exception);
        }
    }

    public ActionNote NoteOf(HttpRequest request) => new OperationBody(Who, Why, null).NoteOf(request);
}
