using Celerity.Functions.Tests.Pipelines.Scale;
using Xunit;

namespace Celerity.Functions.Tests.Pipelines;

/// <summary>
/// Guarantee 5, and what a run costs, at four times the chunks: nothing grows with them but the work itself. The benchmark <c>million</c> does the same with
/// 1,000,000 chunks, and measures memory.
/// </summary>
public sealed class ScaleTests
{
    // Small pages and slices, so that there are as many of them as a large run has.
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Celerity:Stages:ChunksPerPage"] = "32",
        ["Celerity:Stages:ChunksPerSlice"] = "16",
        ["Celerity:Stages:MaxInFlightChunks"] = "256",
    };

    [Fact]
    public async Task Run_FourTimesTheChunks_CostsTheSameAChunk()
    {
        var small = await new ScaleSimulation(5_000, Settings).RunAsync();
        var large = await new ScaleSimulation(20_000, Settings).RunAsync();

        Assert.Equal((5_000, 20_000), (small.Result, large.Result));
        Assert.InRange(large.MaxHistoryEvents, 1, 60);
        Assert.True(large.VirtualTime > TimeSpan.FromMinutes(1), $"{large.VirtualTime} is too short for a look");
        Assert.True(large.CallsPerChunk <= small.CallsPerChunk * 1.05, $"{large.CallsPerChunk:N4} calls a chunk, {small.CallsPerChunk:N4} with a quarter of them");
        Assert.InRange((double)large.PageRows / large.Chunks, 1, 3);

        // 625 pages: whoever fills one reads what has come since, and not all.
        Assert.True(large.RootRows <= 8 * 625, $"{large.RootRows} rows of the root were read");
    }
}
