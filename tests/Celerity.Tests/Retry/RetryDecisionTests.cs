using Celerity.Retry;
using Xunit;

namespace Celerity.Tests.Retry;

public sealed class RetryDecisionTests
{
    private static readonly RetryPolicy Policy = new(5, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));

    [Theory]
    [InlineData(1, 0.0, 0)]
    [InlineData(1, 0.5, 1)]
    [InlineData(2, 0.5, 2)]
    [InlineData(3, 0.5, 4)]
    [InlineData(4, 0.5, 5)]
    public void For_TransientFailure_WaitsAPartOfTheDoubledBackoff(int attempt, double random, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), For(attempt, ErrorCategory.Transient, random).Delay);

    [Fact]
    public void For_VeryLateAttempt_DoesNotOverflow()
    {
        var policy = new RetryPolicy(1000, TimeSpan.FromDays(1), TimeSpan.FromDays(6));

        Assert.InRange(RetryDecision.For(policy, 999, new Failure(ErrorCategory.Transient), TimeSpan.Zero, 0.999).Delay!.Value, TimeSpan.FromDays(5), TimeSpan.FromDays(6));
    }

    [Theory]
    [InlineData(ErrorCategory.Transient)]
    [InlineData(ErrorCategory.Throttled)]
    [InlineData(ErrorCategory.TimedOut)]
    public void For_LastAttempt_GivesUp(ErrorCategory category) => Assert.Equal("attempt 5 of 5 failed", For(5, category).Reason);

    [Theory]
    [InlineData(ErrorCategory.Permanent)]
    [InlineData(ErrorCategory.Undecodable)]
    public void For_WhatWillNeverWork_GivesUpAtOnce(ErrorCategory category) => Assert.Null(For(1, category).Delay);

    [Fact]
    public void For_AskedToWait_WaitsAtLeastThat()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), Throttled(TimeSpan.FromSeconds(30), 0.5));
        Assert.Equal(TimeSpan.FromSeconds(1), Throttled(TimeSpan.FromMilliseconds(10), 0.5));
        Assert.Equal(RetryDecision.LongestDelay, Throttled(TimeSpan.FromDays(30), 0.5));
    }

    [Fact]
    public void For_FailingTooLong_GivesUp()
    {
        var policy = Policy with { MaxElapsed = TimeSpan.FromMinutes(1) };

        Assert.NotNull(RetryDecision.For(policy, 1, new Failure(ErrorCategory.Transient), TimeSpan.FromSeconds(59), 0).Delay);
        Assert.Equal(
            "it has failed for 00:01:00; the limit is 00:01:00",
            RetryDecision.For(policy, 1, new Failure(ErrorCategory.Transient), TimeSpan.FromMinutes(1), 0).Reason);
    }

    private static RetryDecision For(int attempt, ErrorCategory category, double random = 0.5) =>
        RetryDecision.For(Policy, attempt, new Failure(category), TimeSpan.Zero, random);

    private static TimeSpan? Throttled(TimeSpan asked, double random) =>
        RetryDecision.For(Policy, 1, new Failure(ErrorCategory.Throttled, asked), TimeSpan.Zero, random).Delay;
}
