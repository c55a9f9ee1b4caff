using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>The body of <c>POST /api/alert-silences</c>.</summary>
internal sealed record AlertSilenceBody(string? Rule, string? Subject, int? Minutes, string? Who, string? Why)
{
    // A misspelt rule would silence all of them.
    private static readonly JsonSerializerOptions Strict = new(CelerityJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <exception cref="CelerityException">CEL0302: it cannot be read; CEL0322: it is too large.</exception>
    public static async Task<AlertSilenceBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await Endpoint.ReadBodyAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize<AlertSilenceBody>(body, Strict) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new CelerityException(
                ErrorCodes.BadRequestBody,
                $"The body is no silence: {exception.Message} Send an object such as {{\"rule\":\"BacklogIsLong\",\"subject\":\"celerity-default\",\"minutes\":60,\"why\":\"…\"}}. Nothing was silenced.",
                exception);
        }
    }

    /// <summary>Who does it, and why.</summary>
    public ActionNote NoteOf(HttpRequest request) => new OperationBody(Who, Why, null).NoteOf(request);
}
