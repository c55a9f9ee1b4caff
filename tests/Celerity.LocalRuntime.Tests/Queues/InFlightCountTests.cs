using Celerity.LocalRuntime.Queues;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class InFlightCountTests
{
    [Fact]
    public void WhenAtMost_AtTheLimit_IsCompleted()
    {
        var count = new InFlightCount();
        count.Add(8);

        Assert.True(count.WhenAtMost(8).IsCompleted);
    }

    [Fact]
    public async Task WhenAtMost_AboveTheLimit_CompletesWithTheRemovalThatReachesIt()
    {
        var count = new InFlightCount();
        count.Add(3);
        var room = count.WhenAtMost(1);

        count.Remove();
        Assert.False(room.IsCompleted);
        count.Remove();
        await room.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task WhenAtMost_AskedAgainForLess_WaitsForLess()
    {
        var count = new InFlightCount();
        count.Add(3);
        _ = count.WhenAtMost(2);
        var none = count.WhenAtMost(0);

        count.Remove();
        count.Remove();
        Assert.False(none.IsCompleted);
        count.Remove();
        await none.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }
}
