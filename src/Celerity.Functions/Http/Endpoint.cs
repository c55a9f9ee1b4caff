using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>What every endpoint shares: reading a bounded body, and errors as problem details.</summary>
internal static class Endpoint
{
    /// <summary>The largest request body: a run keeps its request in one table property.</summary>
    public const int MaxBodyBytes = 30_000;

    /// <summary>Runs an endpoint; a coded error becomes a problem.</summary>
    public static async Task<IResult> RunAsync(Func<Task<IResult>> endpoint)
    {
        try
        {
            return await endpoint().ConfigureAwait(false);
        }
        catch (CelerityException exception)
        {
            return Problem.From(exception);
        }
    }

    public static IResult Json(object value, int status = StatusCodes.Status200OK) =>
        Results.Json(value, CelerityJson.Options, contentType: null, status);

    /// <summary>Reads a body of at most <paramref name="limit"/> bytes.</summary>
    /// <exception cref="CelerityException">CEL0322: it is too large.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var buffer = new byte[81_920];
        while (await request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            if (body.Length + count > limit)
            {
                throw new CelerityException(ErrorCodes.BodyTooLarge, $"The body is larger than {limit:N0} bytes. Put what is large into a blob and name the blob.");
            }

            body.Write(buffer, 0, count);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    /// <summary>Reads a whole number of the query.</summary>
    /// <exception cref="CelerityException">CEL0308: it is none, or out of its range.</exception>
    public static int ReadNumber(HttpRequest request, string name, int least, int most, int otherwise) => request.Query[name].ToString() switch
    {
        "" => otherwise,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most => number,
        _ => throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{name} must be {least} to {most}."),
    };

    /// <summary>Reads <c>wait</c>, in seconds.</summary>
    /// <exception cref="CelerityException">CEL0308: it is no number, or out of its range.</exception>
    public static TimeSpan ReadWait(HttpRequest request, int mostSeconds) => request.Query["wait"].ToString() switch
    {
        "" => TimeSpan.Zero,
        { } text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= mostSeconds =>
            TimeSpan.FromSeconds(seconds),
        _ => throw new CelerityException(ErrorCodes.SettingOutOfRange, $"wait must be 0 to {mostSeconds} seconds."),
    };

    /// <summary>Reads a body that changes something: JSON of at most <see cref="MaxBodyBytes"/>. No body changes nothing.</summary>
    /// <exception cref="CelerityException">CEL0302: it is not JSON; CEL0322: it is too large.</exception>
    public static async Task<JsonNode> ReadPatchAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(request, MaxBodyBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return bytes.Length == 0 ? new JsonObject() : JsonNode.Parse(bytes.Span, null, new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject ?? throw new JsonException("It is no object.");
        }
        catch (JsonException exception)
        {
            throw new CelerityException(ErrorCodes.BadRequestBody, $"The body is no JSON object: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a JSON body of at most <see cref="MaxBodyBytes"/>.</summary>
    /// <exception cref="CelerityException">CEL0302: it is not JSON; CEL0322: it is too large.</exception>
    public static async Task<string> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxBodyBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (length > MaxBodyBytes)
        {
            throw new CelerityException(
                ErrorCodes.BodyTooLarge, $"The body is larger than {MaxBodyBytes:N0} bytes. Put what is large into a blob and name the blob.");
        }

        try
        {
            using var json = JsonDocument.Parse(buffer.AsMemory(0, length));
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        catch (JsonException exception)
        {
            throw new CelerityException(ErrorCodes.BadRequestBody, $"The body is not JSON: {exception.Message}", exception);
        }
    }
}
