using System.Threading.RateLimiting;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Configuration;

namespace Celerity.LocalRuntime.Http;

/// <summary>host.json <c>extensions.http.maxConcurrentRequests</c> (more wait) and <c>maxOutstandingRequests</c> (more are refused).</summary>
internal sealed class RequestLimits : IDisposable
{
    private readonly ConcurrencyLimiter? _limiter;

    public RequestLimits(HostConfiguration host)
    {
        var http = host.Extension("http");
        var concurrent = Limit(http.GetValue("maxConcurrentRequests", -1));
        var outstanding = Limit(http.GetValue("maxOutstandingRequests", -1));
        if (concurrent < int.MaxValue || outstanding < int.MaxValue)
        {
            var permits = Math.Min(concurrent, outstanding);
            _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = permits, QueueLimit = outstanding - permits });
        }
    }

    /// <summary>Waits for a request's turn; the lease is <see langword="null"/> without limits, and not acquired when the request is refused.</summary>
    public async ValueTask<RateLimitLease?> EnterAsync(CancellationToken cancellationToken) =>
        _limiter is null ? null : await _limiter.AcquireAsync(permitCount: 1, cancellationToken).ConfigureAwait(false);

    public void Dispose() => _limiter?.Dispose();

    private static int Limit(int written) => written > 0 ? written : int.MaxValue;
}
