using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Queues;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class QueueNameTests
{
    [Theory]
    [InlineData("tasks", "tasks")]
    [InlineData("Celerity-High", "celerity-high")]
    [InlineData("a1b", "a1b")]
    public void Normalize_Valid_IsLowerCase(string name, string expected) => Assert.Equal(expected, QueueName.Normalize(name, "F"));

    [Theory]
    [InlineData("ab")]
    [InlineData("a--b")]
    [InlineData("-ab")]
    [InlineData("ab-")]
    [InlineData("a_b")]
    [InlineData("täsk")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Normalize_Invalid_ThrowsWithFunctionAndName(string name)
    {
        var failure = Assert.Throws<LocalStartException>(() => QueueName.Normalize(name, "The queue function \"Work\""));

        Assert.Contains("\"Work\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"\"{name}\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindPoison_OrdinaryQueue_HasTheSuffix() => Assert.Equal("tasks-poison", QueueName.FindPoison("tasks"));

    [Fact]
    public void FindPoison_PoisonQueue_HasNone() => Assert.Null(QueueName.FindPoison("tasks-poison"));

    [Fact]
    public void FindPoison_SuffixedNameTooLong_HasNone()
    {
        Assert.NotNull(QueueName.FindPoison(new string('a', 56)));
        Assert.Null(QueueName.FindPoison(new string('a', 57)));
    }
}
