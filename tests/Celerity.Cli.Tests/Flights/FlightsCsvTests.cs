using System.Security.Cryptography;
using Celerity.Cli.Flights;
using Celerity.Cli.Tools;
using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.Cli.Tests.Flights;

public sealed class FlightsCsvTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EnsureAsync_FromThePackage_WritesThreeMillionRecordsAndTheSameBytesAlways()
    {
        var packages = new NpmPackages(RepositoryRoot.Find());
        Assert.SkipUnless(packages.AreInstalled, "The npm packages are not installed: run `npm ci` at the root of the repository.");

        var path = await FlightsCsv.EnsureAsync(packages.FlightsParquet, _folder.Path, TestContext.Current.CancellationToken);

        Assert.Equal([path], Directory.GetFiles(_folder.Path));
        Assert.Equal(
            [FlightsCsv.Header, "2001-01-01T00:01:00,33,2176,LAS,PHL"],
            File.ReadLines(path).Take(2));
        Assert.Equal(FlightsCsv.AllRecords + 1, File.ReadLines(path).Count());
        await using var content = File.OpenRead(path);
        Assert.Equal(
            "20993348b1685a90c3f9a22d51574a758d3e73c8dbfecc63ff",
            Convert.ToHexStringLower(await SHA256.HashDataAsync(content, TestContext.Current.CancellationToken))[..50]);
        var result = FlightReference.Compute(path);
        Assert.Equal((3_000_000, 0), (result.Flights, result.RejectedRecords));
    }

    [Fact]
    public async Task EnsureAsync_WithTheFileInPlace_LeavesItAlone()
    {
        await File.WriteAllTextAsync(_folder["flights-3m.csv"], "kept", TestContext.Current.CancellationToken);

        var path = await FlightsCsv.EnsureAsync("absent.parquet", _folder.Path, TestContext.Current.CancellationToken);

        Assert.Equal("kept", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task EnsureAsync_ThatFails_LeavesNoFile()
    {
        await File.WriteAllTextAsync(_folder["wrong.parquet"], "not parquet at all", TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<IOException>(() =>
            FlightsCsv.EnsureAsync(_folder["wrong.parquet"], _folder["data"], TestContext.Current.CancellationToken));

        Assert.Empty(Directory.GetFiles(_folder["data"]));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 4)]
    [InlineData(2, 7)]
    [InlineData(3, 9)]
    public async Task LengthOfFirstAsync_EndsBehindTheRecord(int records, long expected)
    {
        await File.WriteAllTextAsync(_folder["f"], "h\n1\n22\n3\n", TestContext.Current.CancellationToken);

        Assert.Equal(expected, await FlightsCsv.LengthOfFirstAsync(_folder["f"], records, TestContext.Current.CancellationToken));
    }
}
