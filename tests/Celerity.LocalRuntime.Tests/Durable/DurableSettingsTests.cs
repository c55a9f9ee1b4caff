using Celerity.LocalRuntime.Durable.Hosting;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Durable;

public sealed class DurableSettingsTests
{
    [Fact]
    public void Read_Nothing_HasTheHostsDefaults()
    {
        var settings = Read();

        Assert.Equal("TestHubName", settings.HubName);
        Assert.Equal(10 * Environment.ProcessorCount, settings.Engine.MaxConcurrentActivities);
        Assert.Equal(10 * Environment.ProcessorCount, settings.Engine.MaxConcurrentOrchestrators);
        Assert.Equal(
            (10 * Environment.ProcessorCount, 5000, true),
            (settings.Engine.MaxConcurrentEntities, settings.Engine.MaxEntityBatch, settings.Engine.RollsBackFailedOperations));
        Assert.Equal(TimeSpan.FromSeconds(30), settings.Engine.Lease);
        Assert.False(settings.InMemory);
        Assert.True(settings.Client.RaiseThrows);
        Assert.False(settings.Client.ReplacesRunning);
    }

    [Fact]
    public void Read_Values_AreTaken()
    {
        var settings = Read(
            (Host("hubName"), "%Hub%"),
            ("Hub", "FromSetting"),
            (Host("maxConcurrentActivityFunctions"), "3"),
            (Host("maxConcurrentOrchestratorFunctions"), "4"),
            (Host("maxConcurrentEntityFunctions"), "5"),
            (Host("maxEntityOperationBatchSize"), "6"),
            (Host("rollbackEntityOperationsOnExceptions"), "False"),
            (Host("defaultVersion"), "1.2"),
            (Host("throwStatusExceptionsOnRaiseEvent"), "false"),
            (Host("overridableExistingInstanceStates"), "anyState"),
            ("LocalRuntime:DurableLease", "00:00:05"),
            ("LocalRuntime:DurableStore", "memory"));

        Assert.Equal("FromSetting", settings.HubName);
        Assert.Equal((3, 4), (settings.Engine.MaxConcurrentActivities, settings.Engine.MaxConcurrentOrchestrators));
        Assert.Equal(
            (5, 6, false), (settings.Engine.MaxConcurrentEntities, settings.Engine.MaxEntityBatch, settings.Engine.RollsBackFailedOperations));
        Assert.Equal(("1.2", false, true), (settings.Client.DefaultVersion, settings.Client.RaiseThrows, settings.Client.ReplacesRunning));
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Engine.Lease);
        Assert.True(settings.InMemory);
    }

    [Theory]
    [InlineData("AzureFunctionsJobHost:extensions:durableTask:hubName", "1st", "extensions.durableTask.hubName is \"1st\"")]
    [InlineData("AzureFunctionsJobHost:extensions:durableTask:hubName", "my-hub", "3 to 45 letters and digits")]
    [InlineData("AzureFunctionsJobHost:extensions:durableTask:maxConcurrentActivityFunctions", "0", "a whole number, at least 1")]
    [InlineData("AzureFunctionsJobHost:extensions:durableTask:overridableExistingInstanceStates", "Some", "NonRunningStates")]
    [InlineData("AzureFunctionsJobHost:extensions:durableTask:maxConcurrentEntityFunctions", "-1", "a whole number, at least 1")]
    [InlineData("AzureFunctionsJobHost:extensions:durableTask:maxEntityOperationBatchSize", "all", "a whole number, at least 1")]
    [InlineData("AzureFunctionsJobHost:extensions:durableTask:rollbackEntityOperationsOnExceptions", "maybe", "true or false")]
    [InlineData("LocalRuntime:DurableLease", "soon", "LocalRuntime:DurableLease is \"soon\"")]
    [InlineData("LocalRuntime:DurableStore", "cloud", "\"file\" or \"memory\"")]
    public void Read_WrongValue_NamesKeyValueAndFix(string key, string value, string expected)
    {
        var refused = Assert.Throws<LocalStartException>(() => Read((key, value)));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    private static string Host(string key) => $"AzureFunctionsJobHost:extensions:durableTask:{key}";

    private static DurableSettings Read(params (string Key, string? Value)[] entries)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value))).Build();
        return DurableSettings.Read(HostConfiguration.Load(null, configuration), new SettingTokens(configuration), configuration);
    }
}
