using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using Celerity.Retry;
using Xunit;

namespace Celerity.Tests.Retry;

public sealed class FailureClassifierTests
{
    public static TheoryData<Exception, ErrorCategory> Exceptions => new()
    {
        { new InvalidOperationException(), ErrorCategory.Transient },
        { new SocketException(), ErrorCategory.Transient },
        { new IOException(), ErrorCategory.Transient },
        { new TimeoutException(), ErrorCategory.Transient },
        { new OperationCanceledException(), ErrorCategory.Transient },
        { new HttpRequestException("no connection"), ErrorCategory.Transient },
        { Http(HttpStatusCode.InternalServerError), ErrorCategory.Transient },
        { Http(HttpStatusCode.BadGateway), ErrorCategory.Transient },
        { Http(HttpStatusCode.RequestTimeout), ErrorCategory.Transient },
        { Http(HttpStatusCode.TooManyRequests), ErrorCategory.Throttled },
        { Http(HttpStatusCode.ServiceUnavailable), ErrorCategory.Throttled },
        { Http(HttpStatusCode.NotFound), ErrorCategory.Permanent },
        { Http(HttpStatusCode.BadRequest), ErrorCategory.Permanent },
        { new ArgumentNullException(), ErrorCategory.Permanent },
        { new FormatException(), ErrorCategory.Permanent },
        { new JsonException(), ErrorCategory.Permanent },
        { new ValidationException(), ErrorCategory.Permanent },
        { new NotSupportedException(), ErrorCategory.Permanent },
        { new CelerityException("CEL0202", "x"), ErrorCategory.Permanent },
        { new AggregateException(new ArgumentException()), ErrorCategory.Permanent },
        { new AggregateException(new ArgumentException(), new IOException()), ErrorCategory.Transient },
        { new TargetInvocationException(new ArgumentException()), ErrorCategory.Permanent },
    };

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public void For_Exception_HasItsCategory(Exception exception, ErrorCategory category) => Assert.Equal(category, FailureClassifier.For(exception).Category);

    [Fact]
    public void For_Throttled_KeepsWhatTheOtherSideSaid() =>
        Assert.Equal(
            new Failure(ErrorCategory.Throttled, TimeSpan.FromSeconds(7)),
            FailureClassifier.For(new AggregateException(new ThrottledException("slow down", TimeSpan.FromSeconds(7)))));

    private static HttpRequestException Http(HttpStatusCode status) => new("no", null, status);
}
