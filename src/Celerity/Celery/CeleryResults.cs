using System.Globalization;
using System.Text.Json;
using Celerity.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Celerity.Celery;

/// <summary>Tells waiting Celery clients what became of their tasks: one blob a task, named and written as Celery's <c>azureblockblob</c> backend reads it.</summary>
internal sealed partial class CeleryResults(IBlobStore blobs, IOptions<CeleryOptions> options, ILogger<CeleryResults> logger)
{
    public const string Success = "SUCCESS";
    public const string Failure = "FAILURE";
    public const string Revoked = "REVOKED";

    private const string Prefix = "celery-task-meta-";

    public bool IsOn => options.Value.Results;

    /// <summary>Tells a success.</summary>
    public ValueTask TellSuccessAsync(string id, CeleryTerms terms, string? parentId, JsonElement? result, DateTimeOffset at, CancellationToken cancellationToken) =>
        WriteAsync(id, terms, parentId, Success, result, at, cancellationToken);

    /// <summary>Tells a failure, of the task and of all that would have followed it: whoever waits for the end of the chain must not wait for ever.</summary>
    public async ValueTask TellFailureAsync(
        string id, CeleryTerms terms, string? parentId, CeleryFailure failure, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await WriteAsync(id, terms, parentId, StatusOf(failure), Write(failure), at, cancellationToken).ConfigureAwait(false);
        await TellFollowersAsync(terms, failure, at, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells those who wait for what would have followed a task.</summary>
    public async ValueTask TellFollowersAsync(CeleryTerms terms, CeleryFailure failure, DateTimeOffset at, CancellationToken cancellationToken)
    {
        foreach (var id in terms.Chain.SelectMany(CelerySignature.EndsOf).OfType<string>())
        {
            await WriteAsync(id, terms with { IgnoresResult = false }, parentId: null, StatusOf(failure), Write(failure), at, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads how a task has ended, here or at Celery's workers; <see langword="null"/> where it has not.</summary>
    /// <exception cref="JsonException">What lies there is no result.</exception>
    public async ValueTask<CeleryResult?> FindAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await blobs.OpenReadAsync(StorageNames.CeleryContainer, Prefix + id, 0, null, null, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var result = await JsonSerializer.DeserializeAsync<CeleryResult>(stream, CelerityJson.Options, cancellationToken).ConfigureAwait(false);
                return result is { Status: Success or Failure or Revoked } ? result : null;
            }
        }
        catch (BlobGoneException)
        {
            return null;
        }
    }

    /// <summary>Whether an id can be part of a blob's name as it is. Celery's own are UUIDs.</summary>
    public static bool IsNameable(string id) => id.Length > 0 && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or ':');

    private async ValueTask WriteAsync(
        string id, CeleryTerms terms, string? parentId, string status, JsonElement? result, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (!IsOn || terms.IgnoresResult)
        {
            return;
        }

        if (!IsNameable(id))
        {
            LogNotTold(logger, id);
            return;
        }

        var document = new Dictionary<string, object?>
        {
            ["status"] = status,
            ["result"] = result,
            ["traceback"] = null,
            ["children"] = Array.Empty<object>(),
            ["date_done"] = at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture),
            ["group_id"] = terms.Group,
            ["parent_id"] = parentId,
            ["task_id"] = id,
        };
        await blobs.WriteAsync(StorageNames.CeleryContainer, Prefix + id, JsonSerializer.SerializeToUtf8Bytes(document), cancellationToken).ConfigureAwait(false);
    }

    private static string StatusOf(CeleryFailure failure) => failure is { Type: "TaskRevokedError", Module: CeleryFailure.CeleryExceptions } ? Revoked : Failure;

    private static JsonElement Write(CeleryFailure failure) =>
        JsonSerializer.SerializeToElement(new { exc_type = failure.Type, exc_message = new[] { failure.Message }, exc_module = failure.Module });

    [LoggerMessage(2080, LogLevel.Warning, "A Celery client that waits for task {Id} is not told of its end: only ids of letters, digits, '-', '_' and ':' can name its blob")]
    private static partial void LogNotTold(ILogger logger, string id);
}
