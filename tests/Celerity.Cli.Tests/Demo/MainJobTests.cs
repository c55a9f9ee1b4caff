using System.Text.Json;
using Celerity.Cli.Flights;
using Celerity.Cli.Tests.Flights;
using Celerity.Cli.Tools;
using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.Cli.Tests.Demo;

/// <summary>The real thing: the command as a user types it, with the real app, against the independent computation.</summary>
public sealed class MainJobTests
{
    // The names are part of the outcome: they are compared as they are written.
    private static readonly JsonSerializerOptions ByName = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    [Theory(Timeout = 15 * 60_000)]
    [InlineData("demo --json", FlightsCsv.AllRecords, 3000)]
    [InlineData("demo --json --workers 3", FlightsCsv.AllRecords, 3000)]
    [InlineData("demo --json --records 100001 --chunk-size 500 --workers 3", 100_001, 201)]
    public async Task RunAsync_Demo_GivesTheNumbersOfTheIndependentComputation(string line, int records, int chunks)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var root = RepositoryRoot.Find();
        var packages = new NpmPackages(root);
        Assert.SkipUnless(packages.AreInstalled, "The npm packages are not installed: run `npm ci` at the root of the repository.");
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = await CelerityCommand.RunAsync(line.Split(' '), output, error, cancellation);

        Assert.True(code == ExitCodes.Success, error.ToString());
        using var report = JsonDocument.Parse(output.ToString());
        var csv = await FlightsCsv.EnsureAsync(packages.FlightsParquet, Path.Combine(root, ".celerity", "data"), cancellation);
        var result = report.RootElement.GetProperty("result").Deserialize<FlightResult>(ByName);
        Assert.Equal(JsonSerializer.Serialize(FlightReference.Compute(csv, records), ByName), JsonSerializer.Serialize(result, ByName));
        Assert.Equal(records, result!.Flights);
        var figures = report.RootElement.GetProperty("figures");
        Assert.Equal(chunks, figures.GetProperty("chunks").GetInt64());
        Assert.True(figures.GetProperty("recordsPerSecond").GetDouble() > 0);
        Assert.True(figures.GetProperty("peakMemoryMegabytes").GetDouble() > 0);
        // What is asked by the clock, not by the chunk, weighs too much in a short run.
        Assert.InRange(figures.GetProperty("storageRequestsPerChunk").GetDouble(), 0.1, records == FlightsCsv.AllRecords ? 1.5 : 10);
    }
}
