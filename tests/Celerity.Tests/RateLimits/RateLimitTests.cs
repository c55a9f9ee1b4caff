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
    [InlineData("10/s", "10/s")]
    [InlineData("120/m", "2/s")]
    [InlineData("100/m", "100/m")]
    [InlineData("1/h", "1/h")]
    [InlineData("1/d", "1/d")]
    [InlineData("1000000/d", "1000000/d")]
    [InlineData("10/s burst 50", "10/s burst 50")]
    [InlineData("100/m burst 1", "100/m")]
    [InlineData("864/d burst 3", "36/h burst 3")]
    public void ToString_Limit_CanBeRead(string text, string written)
    {
        var limit = RateLimit.TryParse(text)!;

        Assert.Equal(written, limit.ToString());
        Assert.Equal(limit, RateLimit.TryParse(written));
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
