using Azure.Storage.Queues;
using Celerity.Cli.Metering;
using Celerity.LocalRuntime.Emulator;
using Celerity.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Celerity.Benchmarks;

/// <summary>Sends many tasks of 100 bytes in one call, against an Azurite of its own; nobody receives them.</summary>
internal sealed class SendBenchmark(int tasks, int warmUp, int rounds)
{
    private static readonly string Text = new('x', 89);

    public async Task<IReadOnlyList<SendFigures>> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(RepositoryRoot.Find(), ".celerity", "benchmark", Environment.ProcessId.ToString());
        try
        {
            await using var azurite = await Azurite.StartAsync(Path.Combine(folder, "azurite"), cancellationToken);
            await using var proxy = await StorageProxy.StartAsync(azurite.Endpoints, cancellationToken);
            using var direct = await MakeSenderAsync(azurite.ConnectionString, folder, cancellationToken);
            using var metered = await MakeSenderAsync(proxy.ConnectionString, folder, cancellationToken);
            return
            [
                await MeasureAsync("None", azurite, proxy, direct, metered, () => new UnstoredTask(Text), cancellationToken),
                await MeasureAsync("Result", azurite, proxy, direct, metered, () => new StoredTask(Text), cancellationToken),
                await MeasureAsync("Full", azurite, proxy, direct, metered, () => new TrackedTask(Text), cancellationToken),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<SendFigures> MeasureAsync<TTask>(
        string level, Azurite azurite, StorageProxy proxy, IHost direct, IHost metered, Func<TTask> make, CancellationToken cancellationToken)
        where TTask : notnull
    {
        var measured = new List<(double Rate, TimeSpan Cpu)>();
        for (var round = 0; round < warmUp + rounds; round++)
        {
            var (start, cpu) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime);
            await SendAsync(direct);
            var elapsed = TimeProvider.System.GetElapsedTime(start);
            if (round >= warmUp)
            {
                measured.Add((tasks / elapsed.TotalSeconds, Environment.CpuUsage.TotalTime - cpu));
            }

            // Azurite slows down with every message that it holds.
            await new QueueClient(azurite.ConnectionString, StorageNames.DefaultQueue).ClearMessagesAsync(cancellationToken);
        }

        var before = proxy.Requests;
        await SendAsync(metered);
        var ordered = measured.OrderBy(found => found.Rate).ToList();
        var median = ordered[ordered.Count / 2];
        return new SendFigures
        {
            Level = level,
            Tasks = tasks,
            TasksPerSecond = median.Rate,
            AllTasksPerSecond = [.. ordered.Select(found => found.Rate)],
            SenderCpuSeconds = median.Cpu.TotalSeconds,
            StorageRequestsPerTask = (double)proxy.Requests.Since(before).Total / tasks,
        };

        Task SendAsync(IHost sender) => sender.Services.GetRequiredService<IBackgroundTasks>()
            .EnqueueManyAsync(Enumerable.Range(0, tasks).Select(_ => make()), options: null, cancellationToken);
    }

    // Built but not started: it sends, and listens to nothing.
    private static async Task<IHost> MakeSenderAsync(string connectionString, string folder, CancellationToken cancellationToken)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection([new("AzureWebJobsStorage", connectionString), new("LocalRuntime:StateFolder", folder)]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddCelerity(typeof(SendBenchmark).Assembly);
        var sender = builder.Build();
        await sender.Services.GetRequiredService<IStorageSetup>().EnsureAsync(cancellationToken);
        return sender;
    }
}
