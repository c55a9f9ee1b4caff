using System.Collections.Concurrent;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Durable.PlainHosting;

/// <summary>The task hubs of workers and clients without a function app: a worker and the client of the same name share one.</summary>
internal sealed class TaskHubs(IServiceProvider services) : IDisposable
{
    private const string DefaultFile = "DurableTask";

    private readonly ConcurrentDictionary<string, Lazy<OrchestrationHub>> _hubs = new(StringComparer.Ordinal);

    public OrchestrationHub Get(string name) => _hubs.GetOrAdd(name, key => new Lazy<OrchestrationHub>(() => Create(key))).Value;

    public void Dispose()
    {
        foreach (var hub in _hubs.Values.Where(hub => hub.IsValueCreated))
        {
            hub.Value.Dispose();
        }
    }

    private OrchestrationHub Create(string name)
    {
        var configuration = services.GetService<IConfiguration>();
        var store = configuration?["LocalRuntime:DurableStore"] switch
        {
            null or "memory" => SqliteOrchestrationStore.InMemory(),
            "file" => SqliteOrchestrationStore.OpenFile(Path.Combine(
                configuration["LocalRuntime:StateFolder"] ?? ".celerity/local", $"{(name.Length == 0 ? DefaultFile : name)}.db")),
            var text => throw new InvalidOperationException($"LocalRuntime:DurableStore is \"{text}\"; it must be \"file\" or \"memory\"."),
        };
        var converter = services.GetRequiredService<IOptionsMonitor<DurableTaskWorkerOptions>>().Get(name).DataConverter;
        return new OrchestrationHub(name, store, converter, services.GetService<TimeProvider>() ?? TimeProvider.System);
    }
}
