using Celerity.LocalRuntime.Queues;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class MessageVerdictTests
{
    [Theory]
    [InlineData(1, true, MessageVerdict.Run)]
    [InlineData(5, true, MessageVerdict.Run)]
    [InlineData(6, true, MessageVerdict.Poison)]
    [InlineData(6, false, MessageVerdict.Run)]
    internal void BeforeRun_ByDequeueCount(long dequeueCount, bool hasPoisonQueue, MessageVerdict expected) =>
        Assert.Equal(expected, MessageVerdicts.BeforeRun(dequeueCount, 5, hasPoisonQueue));

    [Theory]
    [InlineData(1, true, MessageVerdict.Retry)]
    [InlineData(4, true, MessageVerdict.Retry)]
    [InlineData(5, true, MessageVerdict.Poison)]
    [InlineData(1, false, MessageVerdict.Leave)]
    [InlineData(9, false, MessageVerdict.Leave)]
    internal void AfterFailure_ByDequeueCount(long dequeueCount, bool hasPoisonQueue, MessageVerdict expected) =>
        Assert.Equal(expected, MessageVerdicts.AfterFailure(dequeueCount, 5, hasPoisonQueue));

    [Fact]
    public void Undecodable_GoesToThePoisonQueueWhateverItsCount()
    {
        Assert.Equal(MessageVerdict.Poison, MessageVerdicts.Undecodable(hasPoisonQueue: true));
        Assert.Equal(MessageVerdict.Leave, MessageVerdicts.Undecodable(hasPoisonQueue: false));
    }
}
