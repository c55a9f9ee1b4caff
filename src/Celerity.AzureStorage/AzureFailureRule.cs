using System.Globalization;
using System.Net;
using Azure;
using Celerity.Retry;

namespace Celerity.AzureStorage;

/// <summary>Knows what the Azure client libraries throw: by status, and for as long as the service asks to wait.</summary>
internal sealed class AzureFailureRule(TimeProvider time) : IFailureRule
{
    public Failure? For(Exception exception) => exception is RequestFailedException failed
        ? new Failure(CategoryOf((HttpStatusCode)failed.Status), RetryAfterOf(failed))
        : null;

    // A conflict is somebody else's write in between; without a status nobody answered.
    private static ErrorCategory CategoryOf(HttpStatusCode status) => status is 0 or HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed
        ? ErrorCategory.Transient
        : FailureClassifier.ForStatus(status);

    private TimeSpan? RetryAfterOf(RequestFailedException failed)
    {
        if (failed.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var text) is not true)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at > time.GetUtcNow() ? at - time.GetUtcNow()
            : null;
    }
}
