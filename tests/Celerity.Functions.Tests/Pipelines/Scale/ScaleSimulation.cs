using System.Globalization;
using System.Text.Json;
using Celerity.Functions.Pipelines;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Durable;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.TestKit.Storage;
using Celerity.Tests.Tasks.Model;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Celerity.Functions.Tests.Pipelines.Scale;

/// <summary>
/// A run of very many chunks without payload: the real orchestrations on the local runtime and the real engine, over storage in memory and on a
/// virtual clock.
/// </summary>
internal sealed class ScaleSimulation(int chunks, IReadOnlyDictionary<string, string?> settings)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FaultPlan _calls = new();
    private long _rootRows;
    private long _pageRows;

    public async Task<ScaleFigures> RunAsync()
    {
        using var host = Build();
        await host.StartAsync();
        var started = _time.GetUtcNow();
        var orchestrations = host.Services.GetRequiredService<LocalOrchestrations>();
        var run = await StartAsync(host.Services, orchestrations.Client);
        var ended = await DeliverAsync(host.Services, orchestrations, RunInstance.Of(run, 1));
        var figures = new ScaleFigures(
            chunks,
            ended.ReadOutputAs<long>(),
            new[] { RunInstance.Of(run, 1), RunInstance.PipelineOf(run, 1), new StageKey(run, 1, 1).ToString() }.ToDictionary(id => id, orchestrations.PeakHistoryEvents),
            _calls.Calls.Count,
            _rootRows,
            _pageRows,
            _time.GetUtcNow() - started);
        await host.StopAsync();
        return figures;
    }

    private IHost Build()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(
        [
            new("LocalRuntime:HttpPort", "0"),
            new("LocalRuntime:DurableStore", "memory"),
            new("AzureFunctionsJobHost:extensions:queues:messageEncoding", "none"),
            new("AzureFunctionsJobHost:extensions:durableTask:hubName", "TestHub"),
            .. settings,
        ]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton(_time);
        builder.Services.AddSingleton(new FunctionSource(
            [typeof(RunOrchestrator), typeof(RunActivities), typeof(StageOrchestrator), typeof(StageActivities), typeof(ScalePipeline)]));
        builder.AddCelerity(typeof(StageOrchestrator).Assembly).AddStage<ScaleStage>().AddChunkSource<ScaleSource>(ScalePipeline.Source);
        builder.Services.AddInMemoryCelerityStorage();
        builder.Services.Replace(ServiceDescriptor.Singleton<ITableStore>(services =>
            new AlteredTables(services.GetRequiredService<InMemoryTableStore>()) { Query = QueryAsync }));
        builder.Services.AddCelerityFaults(_calls);
        return builder.Build();
    }

    private async Task<string> StartAsync(IServiceProvider services, DurableTaskClient client)
    {
        var run = new RunRecord
        {
            Id = RunKey.NewId(_time),
            Pipeline = nameof(ScalePipeline),
            State = RunState.Pending,
            Request = "null",
            CreatedAt = _time.GetUtcNow(),
        };
        await services.GetRequiredService<RunStore>().TryInsertAsync(run, CancellationToken.None);
        var request = JsonSerializer.SerializeToElement(chunks.ToString(CultureInfo.InvariantCulture));
        await client.ScheduleNewOrchestrationInstanceAsync(
            FunctionNames.Run,
            CelerityJson.Write(new RunProgress(run.Id, 1, nameof(ScalePipeline), request)),
            new StartOrchestrationOptions(RunInstance.Of(run.Id, 1)),
            CancellationToken.None);
        return run.Id;
    }

    // The queue in memory has no trigger: its messages are handed to the executor here. Where there are none, the clock moves on to what is next.
    private async Task<OrchestrationMetadata> DeliverAsync(IServiceProvider services, LocalOrchestrations orchestrations, string instance)
    {
        var queues = services.GetRequiredService<IQueueStore>();
        var executor = services.GetRequiredService<SliceExecutor>();
        var signal = new DurableStageSignal(orchestrations.Client);
        while (true)
        {
            await orchestrations.WhenIdleAsync();
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
                if (await orchestrations.Client.GetInstanceAsync(instance, getInputsAndOutputs: true, CancellationToken.None) is { IsCompleted: true })
                {
                    var pipeline = await orchestrations.Client.GetInstanceAsync(
                        RunInstance.PipelineOf(instance[..instance.IndexOf('.')], 1), getInputsAndOutputs: true, CancellationToken.None);
                    return pipeline!;
                }

                if (orchestrations.NextDueAt is { } due && due > _time.GetUtcNow())
                {
                    _time.SetUtcNow(due);
                }
            }
        }
    }

    private async IAsyncEnumerable<TableRow> QueryAsync(ITableStore tables, string table, TableQuery query)
    {
        var isRoot = query.PartitionKey?.EndsWith(":root", StringComparison.Ordinal) == true;
        await foreach (var row in tables.QueryAsync(table, query, CancellationToken.None))
        {
            Interlocked.Add(ref isRoot ? ref _rootRows : ref _pageRows, 1);
            yield return row;
        }
    }
}
