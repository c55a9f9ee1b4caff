using Celerity.LocalRuntime.Timers;
using Microsoft.Azure.Functions.Worker;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Timers;

public sealed class RetryDelayTests
{
    [Fact]
    public void For_FixedDelay_IsAlwaysTheSame() =>
        Assert.Equal(TimeSpan.FromSeconds(7), RetryDelay.For(new FixedDelayRetryAttribute(-1, "00:00:07"), attempt: 9, random: 0.3));

    [Theory]
    [InlineData(1, 0.5, 4)]
    [InlineData(2, 0.5, 8)]
    [InlineData(3, 0.5, 16)]
    [InlineData(3, 0, 13.6)]
    [InlineData(9, 0.5, 60)]
    [InlineData(5000, 0.5, 60)]
    public void For_ExponentialBackoff_DoublesUpToTheMaximum(int attempt, double random, double seconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(seconds),
            RetryDelay.For(new ExponentialBackoffRetryAttribute(-1, "00:00:04", "00:01:00"), attempt, random));

    [Fact]
    public void Constructors_BadIntervals_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FixedDelayRetryAttribute(1, "-00:00:01"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FixedDelayRetryAttribute(1, "soon"));
        Assert.Throws<ArgumentException>(() => new ExponentialBackoffRetryAttribute(1, "00:00:02", "00:00:01"));
    }
}
