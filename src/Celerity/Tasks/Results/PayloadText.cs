using System.Text.Encodings.Web;
using System.Text.Json;
using Celerity.Secrets;
using Celerity.Wire;

namespace Celerity.Tasks.Results;

/// <summary>Payloads as text to search in: without secrets, which else could be guessed one letter after the other.</summary>
internal sealed class PayloadText(SecretPayloads secrets)
{
    // A small message may unpack to much more.
    private const int MaxBytes = 1024 * 1024;

    // As people would type it.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Finds the text; <see langword="null"/> of a payload that is not in its message, or cannot be read.</summary>
    public async ValueTask<string?> FindAsync(TaskEnvelope envelope, CancellationToken cancellationToken) =>
        envelope.PayloadRef is null && await ReadAsync(envelope, cancellationToken).ConfigureAwait(false) is { } payload
            ? JsonSerializer.Serialize(secrets.Mask(envelope.Task, payload), Readable)
            : null;

    private static async ValueTask<JsonElement?> ReadAsync(TaskEnvelope envelope, CancellationToken cancellationToken)
    {
        try
        {
            return await PayloadReader.ReadInlineAsync(envelope, MaxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (CelerityException)
        {
            // What nobody can read holds no text; its task's own failure says so.
            return null;
        }
    }
}
