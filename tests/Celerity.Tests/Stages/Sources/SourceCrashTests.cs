using System.Text.Json;
using Celerity.Stages.Sources.KeyRanges;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
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
        { "parquet", ParquetBytes.OfTexts([.. Enumerable.Range(1, 20).Select(number => number == 7 ? "oops" : $"{number}")], rowsPerGroup: 2), new DatasetSource { Container = "data", Blob = "set", Format = DatasetFormat.Parquet } },
        { "records", [], new DatasetSource { Records = JsonSerializer.SerializeToElement(Enumerable.Range(1, 20).Select(number => number == 7 ? "oops" : (object)number)), ChunkSize = 2 } },
        { "own", [], new DatasetSource { ChunkSource = "numbers", ChunkSize = 2 } },
        { "blobs", StageBench.Csv("n\n1\n2\n3\n"), StageBench.Source(2) with { Blob = "", Prefix = "in/" } },
    };

    private static StageSimulation Make(byte[] dataset, DatasetSource source)
    {
        var simulation = new StageSimulation(dataset, source) { Configure = services => services.AddSingleton(new ChunkSourceEntry("numbers", new NumberSource(20, not: 7))) };
        if (source.Prefix is not null)
        {
            simulation.Put("in/1", Packing.Gzip(StageBench.Csv("n\n" + string.Concat(Enumerable.Range(4, 10).Select(number => number == 7 ? "oops\n" : $"{number}\n")))));
            simulation.Put("in/2", StageBench.Csv("n\n" + string.Concat(Enumerable.Range(14, 7).Select(number => $"{number}\n"))));
        }

        return simulation;
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Stage_AnyFaultAtAnyCall_EndsWithTheSameBytes(string name, byte[] dataset, DatasetSource source)
    {
        Assert.NotEmpty(name);
        var undisturbed = Make(dataset, source);
        var record = new FaultPlan();
        var expected = await undisturbed.RunAsync(record);
        Assert.Equal((20, 1), (expected.Records, expected.Rejected));
        var blobs = undisturbed.Storage.Blobs.List(StorageNames.ManifestsContainer).Count;

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var simulation = Make(dataset, source);

            var end = await StageCrashTests.RunDisturbedAsync(simulation, plan);

            Assert.True(plan.HasFired, plan.ToString());
            Assert.True(expected == end, $"{plan}: {end}");
            Assert.Equal(blobs, simulation.Storage.Blobs.List(StorageNames.ManifestsContainer).Count);
        }
    }
}
