using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Reflection;
using System.Text.Json;

namespace Celerity.Retry;

/// <summary>Tells by its type and status whether a failure passes. What is not known passes: a retry too many costs less than a lost task.</summary>
internal static class FailureClassifier
{
    public static Failure For(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => For(only),
        TargetInvocationException { InnerException: { } inner } => For(inner),
        ThrottledException throttled => new Failure(ErrorCategory.Throttled, throttled.RetryAfter),
        HttpRequestException { StatusCode: { } status } => new Failure(ForStatus(status)),
        CelerityException or ArgumentException or FormatException or NotSupportedException or NotImplementedException
            or JsonException or ValidationException => new Failure(ErrorCategory.Permanent),
        _ => new Failure(ErrorCategory.Transient),
    };

    private static ErrorCategory ForStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => ErrorCategory.Throttled,
        HttpStatusCode.RequestTimeout => ErrorCategory.Transient,
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => ErrorCategory.Permanent,
        _ => ErrorCategory.Transient,
    };
}
