using Celerity.Storage;
using Celerity.Tasks;
using Xunit;

namespace Celerity.Tests.Tasks;

public sealed class TaskKeysTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 34, 56, TimeSpan.Zero);

    [Fact]
    public void PartitionOf_OurId_IsItsHourAndAShard()
    {
        var partitions = Enumerable.Range(0, 1000).Select(_ => TaskKeys.PartitionOf(Guid.CreateVersion7(Noon).ToString())).Distinct().ToList();

        Assert.Equal(16, partitions.Count);
        Assert.All(partitions, partition => Assert.StartsWith("2026010212-", partition, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("order 17")]
    [InlineData("f47ac10b-58cc-4372-a567-0e02b2c3d479")]
    [InlineData("ffffffff-ffff-7fff-bfff-ffffffffffff")]
    [InlineData("")]
    [InlineData("019b7c5e8f307abc8def0123456789ab")]
    [InlineData("019B7C5E-8F30-7ABC-8DEF-0123456789AB")]
    public void PartitionOf_StrangersId_IsAShardOfItsHash(string id) => Assert.Matches("^x-[0-9a-f]{2}$", TaskKeys.PartitionOf(id));

    [Theory]
    [InlineData("a/b#c?d\\e\tf")]
    [InlineData("å😀")]
    [InlineData("!")]
    public void ControlOf_IdWithAnyCharacters_IsAValidKey(string id) =>
        TableLimits.CheckKeys(TaskKeys.ControlOf(id).PartitionKey, TaskKeys.ControlOf(id).RowKey);

    [Fact]
    public void ControlOf_LongestIdOfTheWorstCharacters_IsAValidKey()
    {
        var key = TaskKeys.ControlOf(new string('/', 100));

        TableLimits.CheckKeys(key.PartitionKey, key.RowKey);
    }

    [Fact]
    public void ControlOf_DifferentIds_AreDifferentRows() =>
        Assert.NotEqual(TaskKeys.ControlOf("a/b").RowKey, TaskKeys.ControlOf("a!002fb").RowKey);

    [Fact]
    public void SendOf_SameId_LiesBesideTheControlRow()
    {
        Assert.Equal(TaskKeys.ControlOf("x").PartitionKey, TaskKeys.SendOf("x").PartitionKey);
        Assert.NotEqual(TaskKeys.ControlOf("x").RowKey, TaskKeys.SendOf("x").RowKey);
    }
}
