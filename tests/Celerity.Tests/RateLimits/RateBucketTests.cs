using Celerity.RateLimits;
using Xunit;

namespace Celerity.Tests.RateLimits;

public sealed class RateBucketTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Reserve_SlowLimit_GivesOneInstantAnInterval()
    {
        var terms = new RateTerms(RateLimit.TryParse("1/m")!, 1);

        var (_, instants) = RateBucket.Full(terms, Start).Reserve(4, terms);

        Assert.Equal([0, 60, 120, 180], instants.Select(instant => (instant - Start).TotalSeconds));
    }

    [Fact]
    public void Reserve_CostOfThree_TakesThreeIntervals()
    {
        var terms = new RateTerms(RateLimit.TryParse("60/m burst 3")!, 3);

        var (_, instants) = RateBucket.Full(terms, Start).Reserve(2, terms);

        Assert.Equal([0, 3], instants.Select(instant => Math.Round((instant - Start).TotalSeconds)));
    }

    [Fact]
    public void Share_TwoThatWantAll_GetHalfEachInTheEnd()
    {
        var terms = new RateTerms(RateLimit.TryParse("100/s")!, 1);
        var (bucket, first, _) = RateBucket.Full(terms, Start).Share("a", want: 100, now: 0, terms);
        (bucket, var second, _) = bucket.Share("b", want: 100, now: 0, terms);
        (bucket, first, _) = bucket.Share("a", want: 100, now: 0, terms);
        (_, var secondNow, _) = bucket.Share("b", want: 100, now: 0, terms);

        Assert.Equal((0, 50, 50), (second, first, secondNow));
    }

    [Fact]
    public void Share_Anything_NeverMoreThanTheRateTogether()
    {
        var terms = new RateTerms(RateLimit.TryParse("100/s")!, 1);
        var random = new Random(7);
        var bucket = RateBucket.Full(terms, Start);
        for (var step = 0; step < 10_000; step++)
        {
            bucket = bucket.AdvanceTo(Start.AddSeconds(step * random.NextDouble()), terms);
            (bucket, _, _) = bucket.Share($"{random.Next(6)}", random.Next(1, 200), random.Next(3), terms);

            Assert.InRange(bucket.Shares.Sum(share => share.PerSecond), 0, 100 + 1e-9);
        }
    }

    [Fact]
    public void Reserve_WhileSharesLast_ComesAfterWhatTheyTake()
    {
        var terms = new RateTerms(RateLimit.TryParse("100/s")!, 1);
        var (bucket, _, _) = RateBucket.Full(terms, Start).Share("a", want: 100, now: 0, terms);

        var (_, instants) = bucket.Reserve(26, terms);

        // A quarter of the burst lies in the bucket, a quarter went with the share; what is beyond waits for the share's end.
        Assert.Equal(25, instants.Count(instant => instant == Start));
        Assert.Equal(Start + RateTerms.ShareTime + TimeSpan.FromMilliseconds(10), instants[25]);
    }

    [Fact]
    public void AdvanceTo_EarlierThanItIs_ChangesNothing()
    {
        var terms = new RateTerms(RateLimit.TryParse("10/s burst 2")!, 1);
        var (bucket, _) = RateBucket.Full(terms, Start).Reserve(3, terms);

        Assert.Equal((bucket.Level, bucket.At), (bucket.AdvanceTo(Start.AddHours(-1), terms).Level, bucket.AdvanceTo(Start.AddHours(-1), terms).At));
    }
}
