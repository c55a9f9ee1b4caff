using System.Text;
using Celerity.Expiry;
using Celerity.Handover;
using Celerity.Maintenance;
using Celerity.PoisonDrain;
using Celerity.Retry;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.TestKit.Faults;
using Celerity.TestKit.Storage;
using Celerity.Tests.DeadLetters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Celerity.Tests.Tasks;

/// <summary>The task engine over storage in memory, with what the queue trigger does around it. A worker is a set of services of its own.</summary>
internal sealed class TaskSimulation
{
    public const string Queue = StorageNames.DefaultQueue;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    public TaskSimulation() => Storage = new InMemoryStorage(Time);

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public WatchedTime Time { get; } = new(Start);

    public InMemoryStorage Storage { get; }

    public EchoScript Script { get; } = new();

    public ControlRows Rows => new(Storage.Tables, Time);

    public IQueueStore Queues => Storage.Queues;

    /// <summary>Gets whether maintenance drops what has expired. Without it, tests may wait for days and look at ends all the same.</summary>
    public bool Expires { get; init; }

    /// <summary>Gets what every worker has besides.</summary>
    public Action<IServiceCollection> Configure { get; init; } = _ => { };

    public IServiceProvider Worker(FaultPlan? plan = null, Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton(Storage);
        services.AddSingleton(Script);
        services.AddSingleton<IRandomSource>(new FullJitter());
        services.AddInMemoryCelerityStorage();
        services.AddCelerityFaults(plan ?? new FaultPlan());
        services.AddCelerityEngine();
        services.AddCelerityHandler(typeof(EchoHandler));

        // One of a pack after the other, so that every run makes the same calls: a fault is planned for a call of the run before.
        services.AddSingleton(new WorkerOptions { PackParallelism = 1 });
        if (!Expires)
        {
            services.Remove(services.Single(service => service.ImplementationType == typeof(TaskExpiry)));
            services.Remove(services.Single(service => service.ImplementationType == typeof(GroupExpiry)));
        }

        Configure(services);
        configure?.Invoke(services);
        return services.BuildServiceProvider();
    }

    public ValueTask DropAsync(string body) => Queues.SendAsync(Queue, body, TimeSpan.Zero, CancellationToken.None);

    public async Task<QueueItem?> ReceiveAsync() => (await Queues.ReceiveAsync(Queue, 1, Lease, CancellationToken.None)).SingleOrDefault();

    public static Task RunAsync(IServiceProvider worker, QueueItem item, CancellationToken stopping = default) => worker.GetRequiredService<TaskExecutor>()
        .RunAsync(new TaskDelivery(Encoding.UTF8.GetBytes(item.Body), item.MessageId, item.DequeueCount, Queue), stopping).AsTask();

    public async Task<bool> DeliverOneAsync(IServiceProvider worker)
    {
        if (await ReceiveAsync() is not { } item)
        {
            return false;
        }

        await RunAsync(worker, item);
        await Queues.TryDeleteAsync(Queue, item, CancellationToken.None);
        return true;
    }

    /// <summary>Delivers until the queue is empty, waiting for what is delayed.</summary>
    public async Task DrainAsync(IServiceProvider worker)
    {
        for (var round = 0; Storage.Queues.Count(Queue) > 0; round++)
        {
            if (round > 1000)
            {
                throw new InvalidOperationException("The queue does not become empty.");
            }

            if (!await DeliverOneAsync(worker))
            {
                Time.Advance(TimeSpan.FromMinutes(10));
            }
        }
    }

    /// <summary>Moves every message to the poison queue, as the host does at its limit: a copy with another id.</summary>
    public async Task PoisonAsync()
    {
        Storage.Queues.LoseLeases(Queue);
        while (await ReceiveAsync() is { } item)
        {
            await Queues.SendAsync(Queue + StorageNames.PoisonSuffix, item.Body, TimeSpan.Zero, CancellationToken.None);
            await Queues.TryDeleteAsync(Queue, item, CancellationToken.None);
        }
    }

    /// <summary>One round of the maintenance timer, as far as it sends: what drops old tasks has tests of its own.</summary>
    public static Task MaintainAsync(IServiceProvider worker) => new MaintenanceRound(
        worker.GetServices<IMaintenanceStep>().Where(step => step is SendSweep or ScheduledSends or OutboxRelay), NullLogger<MaintenanceRound>.Instance)
        .RunAsync(CancellationToken.None).AsTask();

    public static Task DrainPoisonAsync(IServiceProvider worker) =>
        worker.GetRequiredService<PoisonDrainer>().DrainTasksAsync(Queue, CancellationToken.None).AsTask();

    public async Task<ControlRow?> FindAsync(string id) => await Rows.FindAsync(TaskKeys.ControlOf(id), CancellationToken.None);

    public Task<List<TableRow>> DeadLettersAsync() => Storage.LettersAsync();

    /// <summary>Receives the next message, claims its task, and dies in the handler.</summary>
    public async Task DieWhileRunningAsync()
    {
        var plan = new FaultPlan();
        var before = Script.Run;
        Script.Run = _ =>
        {
            plan.Kill("in the handler");
            return TaskOutcome.Completed;
        };
        await Assert.ThrowsAsync<ProcessKilledException>(() => DrainAsync(Worker(plan)));
        Script.Run = before;
    }

    private sealed class FullJitter : IRandomSource
    {
        public double NextDouble() => 1;
    }
}
