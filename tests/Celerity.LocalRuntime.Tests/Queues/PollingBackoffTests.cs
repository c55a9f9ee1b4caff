using Celerity.LocalRuntime.Queues;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class PollingBackoffTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Next_FirstPollEver_IsExactlyTheMinimum()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(100), new PollingBackoff(Minute, new Random(1)).Next(found: false));
    }

    [Fact]
    public void Next_AfterMessagesWereFound_IsExactlyTheMinimum()
    {
        var backoff = new PollingBackoff(Minute, new Random(1));
        for (var i = 0; i < 5; i++)
        {
            backoff.Next(found: false);
        }

        Assert.Equal(TimeSpan.FromMilliseconds(100), backoff.Next(found: true));
    }

    [Fact]
    public void Next_StaysEmpty_DoublesTheIncrementWithinATwentiethUpToTheCeiling()
    {
        double[] nominal = [0.1, 0.2, 0.3, 0.5, 0.9, 1.7, 3.3, 6.5, 12.9, 25.7, 51.3];
        for (var seed = 0; seed < 50; seed++)
        {
            var backoff = new PollingBackoff(Minute, new Random(seed));
            foreach (var expected in nominal)
            {
                var delay = backoff.Next(found: false);
                if (delay != Minute)
                {
                    var increment = expected - 0.1;
                    Assert.InRange(delay.TotalSeconds, 0.1 + (increment * 0.8) - 1e-6, 0.1 + (increment * 1.2) + 1e-6);
                }
            }

            Assert.Equal(Minute, backoff.Next(found: false));
            Assert.Equal(Minute, backoff.Next(found: false));
        }
    }

    [Fact]
    public void Next_SeveralSeeds_AreNotAllTheSame()
    {
        var third = Enumerable.Range(0, 20).Select(seed =>
        {
            var backoff = new PollingBackoff(Minute, new Random(seed));
            backoff.Next(found: false);
            return backoff.Next(found: false);
        });

        Assert.True(third.Distinct().Count() > 10);
    }

    [Fact]
    public void Next_CeilingReached_StaysThereUntilMessagesAreFound()
    {
        var ceiling = TimeSpan.FromMilliseconds(250);
        var backoff = new PollingBackoff(ceiling, new Random(1));
        for (var i = 0; i < 4; i++)
        {
            backoff.Next(found: false);
        }

        Assert.Equal(ceiling, backoff.Next(found: false));
        Assert.Equal(TimeSpan.FromMilliseconds(100), backoff.Next(found: true));
        Assert.InRange(backoff.Next(found: false).TotalMilliseconds, 180, 220);
    }
}
