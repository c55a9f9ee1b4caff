using System.Text.Json;
using Celerity.Functions.Pipelines;
using Celerity.Functions.Tests.Http;
using Celerity.Runs;
using Celerity.Secrets;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Pipelines;

/// <summary>What runs were started with is shown without secrets.</summary>
public sealed class ShownRequestsTests
{
    [Theory]
    [InlineData(
        "workflow",
        """{"input":{"card":"4111"},"steps":[{"if":{},"then":[{"task":"http.pay","payload":{"card":"${input.card}"}}]}]}""",
        """{"input":"•••","steps":[{"if":{},"then":[{"task":"http.pay","payload":"•••"}]}]}""")]
    [InlineData(
        "workflow",
        """{"input":{"city":"Oslo"},"steps":[{"task":"no.secret","payload":{"city":"Oslo"}}]}""",
        """{"input":{"city":"Oslo"},"steps":[{"task":"no.secret","payload":{"city":"Oslo"}}]}""")]
    [InlineData("shown-payment", """{"order":"o7","card":"4111"}""", """{"order":"o7","card":"•••"}""")]
    [InlineData("gone", """{"card":"4111"}""", null)]
    public async Task Request_IsShownWithoutSecrets(string pipeline, string request, string? shown)
    {
        await using var host = await FunctionTestHost.StartAsync(SetUp, options => options.ServedConnections.Add("AzureWebJobsStorage"));
        var run = new RunView
        {
            Id = "r1",
            Pipeline = pipeline,
            State = RunState.Running,
            Generation = 1,
            Tags = [],
            CreatedAt = DateTimeOffset.UnixEpoch,
            Generations = [],
            Progress = RunProgressSums.None,
            Stages = [],
            Failures = [],
            Request = JsonElement.Parse(request),
        };

        var pipelines = new PipelineRegistry([typeof(ShownPayment).Assembly, typeof(RunOrchestrator).Assembly]);

        var masked = new ShownRequests(pipelines, host.Services.GetRequiredService<SecretPayloads>()).Mask(run).Request;

        Assert.True(shown is null ? masked is null : JsonElement.DeepEquals(JsonElement.Parse(shown), masked!.Value), masked?.ToString());
    }

    private static void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(RunOrchestrator).Assembly).AddHandler<PaymentHandler>();
    }
}
