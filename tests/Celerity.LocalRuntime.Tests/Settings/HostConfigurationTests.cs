using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Settings;

public sealed class HostConfigurationTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void Load_AppSettingOverridesAKey_WinsOverTheFile()
    {
        var host = Load(
            """{ "version": "2.0", "extensions": { "queues": { "batchSize": 4, "newBatchThreshold": 2 } } }""",
            ("AzureFunctionsJobHost:extensions:queues:batchSize", "8"));

        Assert.Equal("8", host.Extension("queues")["batchSize"]);
        Assert.Equal("2", host.Extension("queues")["newBatchThreshold"]);
    }

    [Fact]
    public void Load_NoFile_HasTheDefaults()
    {
        var host = HostConfiguration.Load(path: null, new ConfigurationBuilder().Build());

        Assert.Equal(TimeSpan.FromMinutes(30), host.FunctionTimeout);
        Assert.Null(host.AllowedFunctions);
    }

    [Theory]
    [InlineData("00:10:00", 600)]
    [InlineData("-1", null)]
    public void FunctionTimeout_Written_IsRead(string text, int? seconds) =>
        Assert.Equal(
            seconds is { } value ? TimeSpan.FromSeconds(value) : null,
            Load($$"""{ "version": "2.0", "functionTimeout": "{{text}}" }""").FunctionTimeout);

    [Theory]
    [InlineData("""{ "version": "1.0" }""", "must be \"2.0\"")]
    [InlineData("""{ }""", "must be \"2.0\"")]
    [InlineData("""{ "version": "2.0", """, "not valid JSON")]
    [InlineData("""[]""", "not valid JSON")]
    [InlineData("""{ "version": "2.0", "functionTimeout": "00:00:00.5" }""", "functionTimeout")]
    public void Load_BadFile_SaysWhatIsWrong(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<LocalStartException>(() => Load(json)).Message);

    [Fact]
    public void Load_FunctionsList_IsTheAllowList() =>
        Assert.Equal(["A", "B"], Load("""{ "version": "2.0", "functions": ["A", "B"] }""").AllowedFunctions);

    public void Dispose() => File.Delete(_path);

    private HostConfiguration Load(string json, params (string Key, string Value)[] app)
    {
        File.WriteAllText(_path, json);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(app.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        return HostConfiguration.Load(_path, configuration);
    }
}
