using System.Diagnostics;
using Celerity.Cli.Environments;
using Celerity.LocalRuntime.Emulator;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Celerity.Benchmarks;

/// <summary>Orchestrations on the local runtime, their history in a file on disk; and how soon the function app answers.</summary>
internal sealed class DurableBenchmark(int sequences, int fanOut, int sleepers, int rounds)
{
    private const int Starts = 5;

    private readonly string _folder = Path.Combine(RepositoryRoot.Find(), ".celerity", "benchmark", $"{Environment.ProcessId}-durable");

    public async Task<DurableFigures> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        try
        {
            var (rates, sleeping) = await MeasureAppAsync(cancellationToken);
            return new DurableFigures
            {
                Rates = rates,
                Sleepers = sleepers,
                SleepersMegabytes = sleeping,
                StartSeconds = await MeasureStartsAsync(cancellationToken),
            };
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task<(IReadOnlyList<DurableRate> Rates, double SleepingMegabytes)> MeasureAppAsync(CancellationToken cancellationToken)
    {
        using var app = BuildApp();
        await app.StartAsync(cancellationToken);
        var client = app.Services.GetRequiredService<IDurableTaskClientProvider>().GetClient();
        List<DurableRate> rates =
        [
            await RateAsync("hello sequences of 3 activities", sequences, () => RunAllAsync(client, nameof(DurableFunctions.HelloSequence), sequences, null)),
            await RateAsync("activities of a fan-out", fanOut, () => RunAllAsync(client, nameof(DurableFunctions.FanOut), 1, fanOut)),
            await RateAsync("timers", fanOut, () => RunAllAsync(client, nameof(DurableFunctions.Timers), 1, fanOut)),
            await RateAsync("events to one instance", fanOut, () => RaiseAllAsync(client)),
        ];
        var sleeping = await MeasureSleepersAsync(client);
        await app.StopAsync(cancellationToken);
        return (rates, sleeping);
    }

    private IHost BuildApp()
    {
        var builder = FunctionsApplication.CreateBuilder([$"--contentRoot={_folder}"]);
        builder.Configuration.AddInMemoryCollection(
        [
            // No queue function of this project is to run here.
            new("AzureFunctionsJobHost:functions:0", nameof(DurableFunctions.HelloSequence)),
            new("AzureFunctionsJobHost:functions:1", nameof(DurableFunctions.FanOut)),
            new("AzureFunctionsJobHost:functions:2", nameof(DurableFunctions.Timers)),
            new("AzureFunctionsJobHost:functions:3", nameof(DurableFunctions.Events)),
            new("AzureFunctionsJobHost:functions:4", nameof(DurableFunctions.Sleep)),
            new("AzureFunctionsJobHost:functions:5", nameof(DurableFunctions.SayHello)),
            new("LocalRuntime:HttpPort", "0"),
        ]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return builder.Build();
    }

    // As many rounds as are measured warm up: by then the code is compiled as well as it gets.
    private async Task<DurableRate> RateAsync(string what, int count, Func<Task> run)
    {
        var measured = new List<double>();
        for (var round = -rounds; round < rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            await run();
            if (round >= 0)
            {
                measured.Add(count / Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }

        return new DurableRate(what, measured);
    }

    private static async Task RunAllAsync(DurableTaskClient client, string orchestrator, int count, object? input)
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input)));
        await WaitAsync(client, ids);
    }

    private async Task RaiseAllAsync(DurableTaskClient client)
    {
        var id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(DurableFunctions.Events), fanOut);
        await client.WaitForInstanceStartAsync(id);
        await Task.WhenAll(Enumerable.Range(0, fanOut).Select(i => client.RaiseEventAsync(id, "event", i)));
        await WaitAsync(client, [id]);
    }

    private static async Task WaitAsync(DurableTaskClient client, IReadOnlyList<string> ids)
    {
        var ended = await Task.WhenAll(ids.Select(id => client.WaitForInstanceCompletionAsync(id)));
        if (Array.Find(ended, instance => instance.RuntimeStatus != OrchestrationRuntimeStatus.Completed) is { } wrong)
        {
            throw new InvalidOperationException($"{wrong.Name} {wrong.InstanceId} ended as {wrong.RuntimeStatus}.");
        }
    }

    private async Task<double> MeasureSleepersAsync(DurableTaskClient client)
    {
        var before = ResidentBytes();
        var ids = new List<string>(sleepers);
        for (var i = 0; i < sleepers; i++)
        {
            ids.Add(await client.ScheduleNewOrchestrationInstanceAsync(nameof(DurableFunctions.Sleep)));
        }

        foreach (var id in ids)
        {
            await client.WaitForInstanceStartAsync(id);
        }

        return (ResidentBytes() - before) / (1024.0 * 1024);
    }

    private static long ResidentBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private async Task<IReadOnlyList<double>> MeasureStartsAsync(CancellationToken cancellationToken)
    {
        var environment = await DemoEnvironment.StartAsync(
            new DemoSettings { Folder = Path.Combine(_folder, "app"), Workers = 1 }, TimeProvider.System, cancellationToken);
        await using (environment)
        {
            var measured = new List<double>();
            for (var start = 0; start < Starts; start++)
            {
                var started = Stopwatch.GetTimestamp();
                var worker = await environment.AddWorkerAsync(cancellationToken);
                measured.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                await worker.StopAsync();
            }

            return measured;
        }
    }
}
