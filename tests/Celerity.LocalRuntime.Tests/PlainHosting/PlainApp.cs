using Celerity.LocalRuntime.Durable.PlainHosting;
using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Celerity.LocalRuntime.Tests.PlainHosting;

/// <summary>An app with a worker and a client, and no functions. Its clock jumps to what is due next.</summary>
internal sealed class PlainApp : IAsyncDisposable
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private PlainApp(Action<IServiceCollection> configure, IReadOnlyDictionary<string, string?>? settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.Services.AddSingleton<TimeProvider>(_time);
        configure(builder.Services);
        _host = builder.Build();
    }

    public IServiceProvider Services => _host.Services;

    public DurableTaskClient Client => Services.GetRequiredService<DurableTaskClient>();

    public FakeTimeProvider Time => _time;

    public static Task<PlainApp> StartAsync(Action<IDurableTaskWorkerBuilder> worker, Action<IServiceCollection>? more = null) => StartAsync(services =>
    {
        services.AddDurableTaskWorker(worker);
        services.AddDurableTaskClient();
        more?.Invoke(services);
    });

    public static async Task<PlainApp> StartAsync(Action<IServiceCollection> configure, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var app = new PlainApp(configure, settings);
        await app._host.StartAsync();
        return app;
    }

    public Task SettleAsync() =>
        Task.WhenAll(Services.GetServices<IHostedService>().OfType<LocalDurableTaskWorker>().Select(worker => worker.Engine.Gauge.WhenIdleAsync())).WaitAsync(HangLimit);

    public async Task<OrchestrationMetadata> RunToEndAsync(string name, object? input = null, Microsoft.DurableTask.StartOrchestrationOptions? options = null)
    {
        var id = await Client.ScheduleNewOrchestrationInstanceAsync(name, input, options);
        return await EndOfAsync(id);
    }

    public async Task<OrchestrationMetadata> EndOfAsync(string id)
    {
        var store = Services.GetRequiredService<TaskHubs>().Get(string.Empty).Store;
        while (true)
        {
            await SettleAsync();
            if (await Client.GetInstanceAsync(id, getInputsAndOutputs: true) is { IsCompleted: true } ended)
            {
                return ended;
            }

            _time.SetUtcNow(store.NextDueAt(_time.GetUtcNow()) ?? throw new InvalidOperationException($"'{id}' waits for nothing that time brings."));
        }
    }

    public IReadOnlyList<HistoryEvent> ReadHistory(string id) => Services.GetRequiredService<TaskHubs>().Get(string.Empty).Store.ReadHistory(id);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
