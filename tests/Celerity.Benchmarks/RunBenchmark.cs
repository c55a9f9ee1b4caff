using Azure.Storage.Queues;
using Celerity.Cli.Metering;
using Celerity.LocalRuntime.Emulator;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Wire;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Celerity.Benchmarks;

/// <summary>Runs packed tasks in one process of the app, against an Azurite of its own.</summary>
internal sealed class RunBenchmark(int tasks, int rounds)
{
    private static readonly TimeSpan Head = TimeSpan.FromSeconds(3);

    private static readonly string Text = new('x', 89);

    public async Task<IReadOnlyList<RunFigures>> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(RepositoryRoot.Find(), ".celerity", "benchmark", Environment.ProcessId.ToString());
        try
        {
            await using var azurite = await Azurite.StartAsync(Path.Combine(folder, "azurite"), cancellationToken);
            await using var proxy = await StorageProxy.StartAsync(azurite.Endpoints, cancellationToken);
            var levels = new (string Name, string Task)[] { ("None", "bench.none"), ("Result", "bench.result"), ("Full", "bench.full") };
            var figures = new List<RunFigures>();
            using (var app = await StartAppAsync(azurite.ConnectionString, folder, cancellationToken))
            {
                foreach (var (name, task) in levels)
                {
                    figures.Add(await MeasureAsync(azurite, name, task, cancellationToken));
                }

                await app.StopAsync(cancellationToken);
            }

            foreach (var (at, (_, task)) in levels.Index())
            {
                using var app = await StartAppAsync(proxy.ConnectionString, folder, cancellationToken);
                var before = proxy.Requests;
                _ = await RunRoundAsync(azurite, task, cancellationToken);
                await app.StopAsync(cancellationToken);
                figures[at] = figures[at] with { StorageRequestsPerTask = (double)proxy.Requests.Since(before).Total / tasks };
            }

            return figures;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<RunFigures> MeasureAsync(Azurite azurite, string level, string task, CancellationToken cancellationToken)
    {
        _ = await RunRoundAsync(azurite, task, cancellationToken);
        var measured = new List<(double Rate, TimeSpan Cpu)>();
        var messages = 0;
        for (var round = 0; round < rounds; round++)
        {
            var found = await RunRoundAsync(azurite, task, cancellationToken);
            messages = found.Messages;
            measured.Add((tasks / found.Elapsed.TotalSeconds, found.Cpu));
        }

        var ordered = measured.OrderBy(found => found.Rate).ToList();
        var (rate, cpu) = ordered[ordered.Count / 2];
        return new RunFigures
        {
            Level = level,
            Tasks = tasks,
            Messages = messages,
            TasksPerSecond = rate,
            AllTasksPerSecond = [.. ordered.Select(found => found.Rate)],
            AppCpuSeconds = cpu.TotalSeconds,
            StorageRequestsPerTask = 0,
        };
    }

    // All messages become visible at one moment, when all are there.
    private async Task<(TimeSpan Elapsed, TimeSpan Cpu, int Messages)> RunRoundAsync(Azurite azurite, string task, CancellationToken cancellationToken)
    {
        var packs = Packs(task);
        var meter = new RunMeter(tasks);
        RunMeter.Current = meter;
        var queue = new QueueClient(azurite.ConnectionString, StorageNames.DefaultQueue);
        var due = TimeProvider.System.GetTimestamp();
        foreach (var pack in packs)
        {
            var delay = Head - TimeProvider.System.GetElapsedTime(due);
            await queue.SendMessageAsync(pack, delay > TimeSpan.Zero ? delay : TimeSpan.Zero, TimeSpan.FromSeconds(-1), cancellationToken);
        }

        var cpu = Environment.CpuUsage.TotalTime;
        var elapsed = await meter.Done.WaitAsync(TimeSpan.FromMinutes(5), cancellationToken);
        return (elapsed, Environment.CpuUsage.TotalTime - cpu, packs.Count);
    }

    // As bulk sending packs: up to 60 KiB a message, the ids of one pack in one partition.
    private List<string> Packs(string task)
    {
        const int MaxPackBytes = 60 * 1024;
        var payload = TaskPayload.Write(new UnstoredTask(Text));
        var packs = new List<string>();
        var pack = new List<TaskEnvelope>();
        var bytes = 0;
        for (var at = 0; at < tasks; at++)
        {
            var envelope = new TaskEnvelope
            {
                Id = Guid.CreateVersion7().ToString()[..^1] + "0",
                Task = task,
                Payload = payload,
                Delivery = Guid.NewGuid().ToString("N"),
                Queue = StorageNames.DefaultQueue,
            };
            var size = MessageCodec.Encode(envelope).Length + 1;
            if (bytes + size > MaxPackBytes)
            {
                packs.Add(MessageCodec.EncodePack(pack));
                (pack, bytes) = ([], 0);
            }

            pack.Add(envelope);
            bytes += size;
        }

        packs.Add(MessageCodec.EncodePack(pack));
        return packs;
    }

    internal static async Task<IHost> StartAppAsync(string connectionString, string folder, CancellationToken cancellationToken)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(
        [
            new("AzureWebJobsStorage", connectionString),
            new("LocalRuntime:HttpPort", "0"),
            new("LocalRuntime:StateFolder", folder),
            new("LocalRuntime:DurableStore", "memory"),
        ]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddCelerity(typeof(RunBenchmark).Assembly);
        builder.Services.AddSingleton<ITaskEffect, RunMeterEffect>();
        var app = builder.Build();
        await app.Services.GetRequiredService<IStorageSetup>().EnsureAsync(cancellationToken);
        await app.StartAsync(cancellationToken);
        return app;
    }
}
