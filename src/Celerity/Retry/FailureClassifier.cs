using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.Json;

namespace Celerity.Retry;

/// <summary>Tells by its type and status whether a failure passes. What is not known passes: a retry too many costs less than a lost task.</summary>
internal static class FailureClassifier
{
    // HttpRequestException has no place for the header: who has read it puts it here, in seconds or as a TimeSpan.
    private const string RetryAfterKey = "Retry-After";

    public static Failure For(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => For(only),
        TargetInvocationException { InnerException: { } inner } => For(inner),
        ThrottledException throttled => new Failure(ErrorCategory.Throttled, throttled.RetryAfter),
        DependencyDownException => new Failure(ErrorCategory.DependencyDown),
        HttpRequestException { StatusCode: { } status } => new Failure(ForStatus(status), RetryAfterOf(exception)),
        CelerityException or ArgumentException or FormatException or NotSupportedException or NotImplementedException
            or JsonException or ValidationException => new Failure(ErrorCategory.Permanent),
        _ => new Failure(ErrorCategory.Transient, RetryAfterOf(exception)),
    };

    public static ErrorCategory ForStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => ErrorCategory.Throttled,
        HttpStatusCode.RequestTimeout => ErrorCategory.Transient,
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => ErrorCategory.Permanent,
        _ => ErrorCategory.Transient,
    };

    private static TimeSpan? RetryAfterOf(Exception exception) => exception.Data[RetryAfterKey] switch
    {
        TimeSpan wait => wait,
        int seconds => TimeSpan.FromSeconds(seconds),
        string text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) => TimeSpan.FromSeconds(seconds),
        _ => null,
    };
}
