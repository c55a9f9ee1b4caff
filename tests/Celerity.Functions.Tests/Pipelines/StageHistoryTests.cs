using System.Globalization;
using System.Text;
using Celerity.Functions.Pipelines;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Durable;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Planning;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.TestKit.Storage;
using FunctionApp.FlightDelays;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Celerity.Functions.Tests.Pipelines;

/// <summary>Guarantee 5: an orchestration's history stays small, however many chunks its stage has.</summary>
public sealed class StageHistoryTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(20_000)]
    public async Task Stage_AnyNumberOfChunks_HasAtMost60Events(int chunks)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(
        [
            new("LocalRuntime:HttpPort", "0"),
            new("LocalRuntime:DurableStore", "memory"),
            new("AzureFunctionsJobHost:extensions:queues:messageEncoding", "none"),
            new("AzureFunctionsJobHost:extensions:durableTask:hubName", "TestHub"),
        ]);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddSingleton(new FunctionSource([typeof(StageOrchestrator), typeof(StageActivities)]));
        builder.AddCelerity(typeof(DelaysByAirport).Assembly);
        builder.Services.AddInMemoryCelerityStorage();
        using var host = builder.Build();
        await host.StartAsync();
        var orchestrations = host.Services.GetRequiredService<LocalOrchestrations>();
        var key = await StartAsync(host.Services, orchestrations.Client, chunks);

        var ended = orchestrations.Client.WaitForInstanceCompletionAsync(key.ToString(), getInputsAndOutputs: true, CancellationToken.None);
        await DeliverAsync(host.Services, orchestrations.Client, ended);
        var instance = await ended;

        Assert.Equal(OrchestrationRuntimeStatus.Completed, instance.RuntimeStatus);
        Assert.Contains($"\"records\":{chunks}", CelerityJson.Write(CelerityJson.Read<StageOutcome>(instance.ReadOutputAs<string>()!).End), StringComparison.Ordinal);
        Assert.InRange(orchestrations.PeakHistoryEvents(key.ToString()), 1, 60);
        await host.StopAsync();
    }

    private static async Task<StageKey> StartAsync(IServiceProvider services, DurableTaskClient client, int chunks)
    {
        var csv = new StringBuilder("date,delay,origin\n");
        for (var record = 0; record < chunks; record++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"2001-01-01,{record % 60},A\n");
        }

        var storage = services.GetRequiredService<InMemoryStorage>();
        storage.Blobs.Create("data");
        await services.GetRequiredService<IBlobStore>().WriteAsync("data", "set", Encoding.UTF8.GetBytes(csv.ToString()), CancellationToken.None);
        var run = new RunRecord
        {
            Id = RunKey.NewId(TimeProvider.System),
            Pipeline = "flight-delays",
            State = RunState.Running,
            Request = "null",
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        await services.GetRequiredService<RunStore>().TryInsertAsync(run, CancellationToken.None);
        var key = new StageKey(run.Id, 1, 1);
        var source = new DatasetSource { Container = "data", Blob = "set", ChunkSize = 1 };
        var request = new PlanRequest(key, nameof(DelaysByAirport), source, Tolerance.Default, Cursor: null);
        await client.ScheduleNewOrchestrationInstanceAsync(
            FunctionNames.Stage, CelerityJson.Write(StageProgress.Begin(request)), new StartOrchestrationOptions(key.ToString()), CancellationToken.None);
        return key;
    }

    // The queue in memory has no trigger: its messages are handed to the executor here, until the stage has ended.
    private static async Task DeliverAsync(IServiceProvider services, DurableTaskClient client, Task ended)
    {
        var queues = services.GetRequiredService<IQueueStore>();
        var executor = services.GetRequiredService<SliceExecutor>();
        var signal = new DurableStageSignal(client);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!ended.IsCompleted)
        {
            var delivered = 0;
            foreach (var queue in new[] { StorageNames.ChunksQueue, StorageNames.BulkQueue })
            {
                foreach (var item in await queues.ReceiveAsync(queue, 32, TimeSpan.FromMinutes(5), CancellationToken.None))
                {
                    await executor.RunAsync(item, signal, CancellationToken.None);
                    await queues.TryDeleteAsync(queue, item, CancellationToken.None);
                    delivered++;
                }
            }

            if (delivered == 0)
            {
                await Task.WhenAny(ended, timer.WaitForNextTickAsync().AsTask());
            }
        }
    }
}
