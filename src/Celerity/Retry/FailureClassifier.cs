using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json;

namespace Celerity.Retry;

/// <summary>Sorts exceptions into categories. What is not known to be permanent is taken to pass.</summary>
internal static class FailureClassifier
{
    public static Failure Classify(Exception exception) => exception switch
    {
        AggregateException { InnerException: { } inner } => Classify(inner),
        HttpRequestException { StatusCode: { } status } => Classify(status),
        CelerityException or ArgumentException or FormatException or NotSupportedException or JsonException or ValidationException
            => new Failure(ErrorCategory.Permanent),
        _ => new Failure(ErrorCategory.Transient),
    };

    private static Failure Classify(HttpStatusCode status) => status switch
    {
        HttpStatusCode.TooManyRequests => new Failure(ErrorCategory.Throttled),
        HttpStatusCode.RequestTimeout => new Failure(ErrorCategory.Transient),
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => new Failure(ErrorCategory.Permanent),
        _ => new Failure(ErrorCategory.Transient),
    };
}
