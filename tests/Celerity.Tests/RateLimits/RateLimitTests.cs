using Celerity.RateLimits;
using Xunit;

namespace Celerity.Tests.RateLimits;

public sealed class RateLimitTests
{
    [Theory]
    [InlineData("10/s", 10, 10)]
    [InlineData("120/m", 2, 2)]
    [InlineData("100/m", 100.0 / 60, 1)]
    [InlineData("1/h", 1.0 / 3600, 1)]
    [InlineData("864/d", 0.01, 1)]
    [InlineData("10/s burst 50", 10, 50)]
    [InlineData("  10 / s   burst  3 ", 10, 3)]
    public void TryParse_Limit_IsRead(string text, double perSecond, int burst)
    {
        var limit = RateLimit.TryParse(text);

        Assert.Equal(perSecond, limit!.PerSecond, 12);
        Assert.Equal(burst, limit.Burst);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("10/x")]
    [InlineData("0/s")]
    [InlineData("-1/s")]
    [InlineData("1.5/s")]
    [InlineData("10/s burst")]
    [InlineData("10/s burst 0")]
    [InlineData("10/s 50")]
    [InlineData("1000001/s")]
    [InlineData("99999999999999999999/s")]
    [InlineData("10/second")]
    [InlineData("١٠/s")]
    public void TryParse_NoLimit_IsRefused(string text) => Assert.Null(RateLimit.TryParse(text));
}
