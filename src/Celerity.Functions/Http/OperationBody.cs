using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>The body of a change while the app runs: who and why, and what it is set to.</summary>
internal sealed record OperationBody(string? Who, string? Why, Dictionary<string, string>? Settings)
{
    private const string SignedInUser = "X-MS-CLIENT-PRINCIPAL-NAME";

    /// <summary>Reads it; no body at all says nothing.</summary>
    /// <exception cref="CelerityException">CEL0302: it cannot be read; CEL0322: it is too large.</exception>
    public static async Task<OperationBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await Endpoint.ReadBytesAsync(request, Endpoint.MaxBodyBytes, cancellationToken).ConfigureAwait(false);
        if (bytes.Length == 0)
        {
            return new OperationBody(null, null, null);
        }

        try
        {
            return JsonSerializer.Deserialize<OperationBody>(bytes.Span, CelerityJson.Options) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new CelerityException(
                ErrorCodes.BadRequestBody, $"The body cannot be read: {exception.Message} Send an object such as {{\"who\":\"…\",\"why\":\"…\"}}, or no body.", exception);
        }
    }

    /// <summary>Who does it, and why. Who is signed in counts before who they say they are.</summary>
    public ActionNote NoteOf(HttpRequest request) =>
        new(SignedIn(request) ?? Who ?? "unknown", Why ?? "");

    /// <summary>Gets who is signed in, where the platform's authentication is on.</summary>
    public static string? SignedIn(HttpRequest request) => request.Headers[SignedInUser].ToString() is { Length: > 0 } user ? user : null;
}
