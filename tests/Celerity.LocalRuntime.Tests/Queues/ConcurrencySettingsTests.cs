using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Queues.Concurrency;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class ConcurrencySettingsTests
{
    [Fact]
    public void Read_Nothing_IsTheHostsDefaults() => Assert.Equal(
        new ConcurrencySettings { IsDynamic = false, KeepsSnapshot = true, MaximumPerFunction = 500, CpuThreshold = 0.8 }, Read());

    [Fact]
    public void Read_All_IsTaken() => Assert.Equal(
        new ConcurrencySettings { IsDynamic = true, KeepsSnapshot = false, MaximumPerFunction = int.MaxValue, CpuThreshold = 0.5 },
        Read(
            ("dynamicConcurrencyEnabled", "true"), ("snapshotPersistenceEnabled", "false"), ("maximumFunctionConcurrency", "-1"), ("cpuThreshold", "0.5")));

    [Theory]
    [InlineData("maximumFunctionConcurrency", "0", "a whole number above 0, or -1 for no limit")]
    [InlineData("maximumFunctionConcurrency", "many", "a whole number above 0, or -1 for no limit")]
    [InlineData("cpuThreshold", "1", "between 0 and 1")]
    [InlineData("cpuThreshold", "0", "between 0 and 1")]
    [InlineData("dynamicConcurrencyEnabled", "maybe", "true or false")]
    public void Read_Invalid_ThrowsWithKeyValueAndRange(string key, string value, string expected)
    {
        var failure = Assert.Throws<LocalStartException>(() => Read((key, value)));

        Assert.Contains($"concurrency.{key} is \"{value}\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 8, 16)]
    [InlineData(4, 2, 4)]
    [InlineData(4, 1, 2)]
    public void Load_Kept_FitsTheNumberOfProcessors(int before, int now, int expected)
    {
        var snapshot = new ConcurrencySnapshot(Path.Combine(Directory.CreateTempSubdirectory("celerity-").FullName, "kept.json"));
        snapshot.Save(before, new Dictionary<string, int> { ["Import"] = 8 });

        Assert.Equal(expected, snapshot.Load(now)["import"]);
    }

    [Fact]
    public void Load_NothingOrNoJson_IsEmpty()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("celerity-").FullName, "kept.json");
        Assert.Empty(new ConcurrencySnapshot(path).Load(2));
        File.WriteAllText(path, "{ cut");

        Assert.Empty(new ConcurrencySnapshot(path).Load(2));
    }

    private static ConcurrencySettings Read(params (string Key, string Value)[] entries) => ConcurrencySettings.Read(HostConfiguration.Load(
        null,
        new ConfigurationBuilder()
            .AddInMemoryCollection(entries.Select(entry => KeyValuePair.Create($"AzureFunctionsJobHost:concurrency:{entry.Key}", (string?)entry.Value)))
            .Build()));
}
