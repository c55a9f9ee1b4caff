using System.Globalization;
using Azure.Storage.Queues.Models;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.LocalRuntime.Tests.Differential;

/// <summary>A function app on the local runtime.</summary>
internal static class OurListener
{
    public static async Task<IAsyncDisposable> StartAsync(
        ListenerScenario scenario, string connectionString, string queue, ListenerObservation observation)
    {
        const string Queues = "AzureFunctionsJobHost:extensions:queues";
        return await LocalApp.StartAsync([typeof(OurListenerFunction)], builder =>
        {
            builder.Services.AddSingleton(observation);
            builder.Configuration.AddInMemoryCollection(
            [
                new("AzureWebJobsStorage", connectionString),
                new("TheQueue", queue),
                new($"{Queues}:maxPollingInterval", "00:00:00.2"),
                new($"{Queues}:maxDequeueCount", scenario.MaxDequeueCount.ToString(CultureInfo.InvariantCulture)),
                new($"{Queues}:visibilityTimeout", scenario.VisibilityTimeout.ToString("c", CultureInfo.InvariantCulture)),
                new($"{Queues}:messageEncoding", scenario.Encoding.ToString()),
            ]);
        });
    }
}

/// <summary>What our listener runs.</summary>
public sealed class OurListenerFunction(ListenerObservation observation)
{
    /// <summary>One attempt.</summary>
    [Function("Observed")]
    public Task RunAsync([QueueTrigger("%TheQueue%")] QueueMessage message) => observation.RunAsync(message);
}
