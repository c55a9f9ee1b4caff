using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Hosting;

public sealed class FunctionSelectionTests
{
    [Theory]
    [InlineData("AzureWebJobs.first.Disabled", "true")]
    [InlineData("AzureWebJobs_first_Disabled", "1")]
    public async Task Enabled_DisabledBySetting_IsLeftOut(string key, string value)
    {
        await using var app = LocalApp.Build(
            [typeof(Functions)],
            builder => builder.Configuration.AddInMemoryCollection([new(key, value), new("Token", "t")]));

        Assert.Equal(["second"], app.Services.GetRequiredService<FunctionCatalog>().Enabled.Select(function => function.Name));
    }

    [Fact]
    public async Task All_AllowListInHostJson_LeavesOutTheOthers()
    {
        await using var app = LocalApp.Build([typeof(Functions)], hostJson: """{ "version": "2.0", "functions": ["FIRST"] }""");

        Assert.Equal(["first"], app.Services.GetRequiredService<FunctionCatalog>().All.Select(function => function.Name));
    }

    [Fact]
    public async Task StartAsync_UnknownSettingToken_NamesFunctionAndSetting()
    {
        await using var app = LocalApp.Build([typeof(Functions)]);

        var exception = await Assert.ThrowsAsync<LocalStartException>(app.StartAsync);

        Assert.Contains("\"second\"", exception.Message);
        Assert.Contains("%Token%", exception.Message);
    }

    public sealed class Functions
    {
        [Function("first")]
        public static void First([ProbeTrigger] string? input) => _ = input;

        [Function("second")]
        public static void Second([ProbeTrigger(Setting = "before-%Token%")] string? input) => _ = input;
    }
}
