using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>The body of a purge of many runs.</summary>
internal sealed record RunPurgeBody
{
    // A misspelt filter would mean all runs.
    private static readonly JsonSerializerOptions Strict = new(CelerityJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        Converters = { new ZonedTime() },
    };

    public RunFilter? Filter { get; init; }

    public bool DryRun { get; init; }

    public string? Who { get; init; }

    public string? Why { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="CelerityException">CEL0302: it cannot be read, or has no filter; CEL0322: it is too large.</exception>
    public static async Task<RunPurgeBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await Endpoint.ReadBytesAsync(request, Endpoint.MaxBodyBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            var body = bytes.Length == 0 ? null : JsonSerializer.Deserialize<RunPurgeBody>(bytes.Span, Strict);
            return body?.Filter is null or { Pipeline: "" } or { Tag: "" }
                ? throw new JsonException("""It has no filter, or an empty word in it. Send {"filter":{"state":"succeeded","before":"…"}}, or {"filter":{}} for all; with "dryRun":true nothing is changed.""")
                : body;
        }
        catch (JsonException exception)
        {
            throw new CelerityException(ErrorCodes.BadRequestBody, $"The body cannot be read: {exception.Message}", exception);
        }
    }

    public ActionNote NoteOf(HttpRequest request) => new OperationBody(Who, Why, null).NoteOf(request);
}
