using Celerity.Storage;
using Celerity.TestKit.Faults;
using Xunit;

namespace Celerity.Tests.Stages.Sources;

/// <summary>A kill, a lost request and a lost reply at every call to storage while a dataset is copied, planned and read.</summary>
public sealed class SourceCrashTests
{
    private static readonly byte[] Csv = StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 20).Select(number => number == 7 ? "oops\n" : $"{number}\n")));

    public static TheoryData<string, byte[], DatasetSource> Sources => new()
    {
        { "gzip", Packing.Gzip(Csv[..13], Csv[13..]), StageBench.Source(2) },
        { "array", StageBench.Csv("[" + string.Join(", ", Enumerable.Range(1, 20).Select(number => number == 7 ? "\"oops\"" : $"{number}")) + "]"), StageBench.Source(2) with { Format = DatasetFormat.Json } },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Stage_AnyFaultAtAnyCall_EndsWithTheSameBytes(string name, byte[] dataset, DatasetSource source)
    {
        Assert.NotEmpty(name);
        var undisturbed = new StageSimulation(dataset, source);
        var record = new FaultPlan();
        var expected = await undisturbed.RunAsync(record);
        Assert.Equal((20, 1), (expected.Records, expected.Rejected));
        var blobs = undisturbed.Storage.Blobs.List(StorageNames.ManifestsContainer).Count;

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var simulation = new StageSimulation(dataset, source);

            var end = await StageCrashTests.RunDisturbedAsync(simulation, plan);

            Assert.True(plan.HasFired, plan.ToString());
            Assert.True(expected == end, $"{plan}: {end}");
            Assert.Equal(blobs, simulation.Storage.Blobs.List(StorageNames.ManifestsContainer).Count);
        }
    }
}
