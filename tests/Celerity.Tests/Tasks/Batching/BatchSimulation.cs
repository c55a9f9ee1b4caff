using Celerity.Handover;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Tasks.Batching;

/// <summary>Batch tasks named by single letters, delivered side by side to one process.</summary>
internal sealed class BatchSimulation
{
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(7);
    public static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    public TaskSimulation Tasks { get; } = new();

    public BatchScript Script { get; } = new();

    public IServiceProvider Worker(FaultPlan? plan = null, Action<IServiceCollection>? configure = null) => Tasks.Worker(plan, services =>
    {
        services.AddSingleton(Script);
        services.AddCelerityHandler(typeof(BatchTaskHandler));
        configure?.Invoke(services);
    });

    public static string Message(char id) => $$"""{"id":"{{id}}","task":"test.batch","payload":{"text":"{{id}}"} }""";

    /// <summary>Puts one message a letter on the queue.</summary>
    public async Task DropAsync(string ids)
    {
        foreach (var id in ids)
        {
            await Tasks.DropAsync(Message(id));
        }
    }

    /// <summary>Puts one message with a task a letter on the queue.</summary>
    public ValueTask DropPackAsync(string ids) => Tasks.DropAsync($$"""{"v":1,"batch":[{{string.Join(',', ids.Select(Message))}}]}""");

    /// <summary>Begins a delivery of every message that is visible.</summary>
    public async Task<List<Task>> DeliverAllAsync(IServiceProvider worker, CancellationToken stopping = default)
    {
        var deliveries = new List<Task>();
        while (await Tasks.ReceiveAsync() is { } item)
        {
            deliveries.Add(DeliverAsync(item));
        }

        return deliveries;

        async Task DeliverAsync(QueueItem item)
        {
            await TaskSimulation.RunAsync(worker, item, stopping);
            await Tasks.Queues.TryDeleteAsync(TaskSimulation.Queue, item, CancellationToken.None);
        }
    }

    /// <summary>Delivers until the queue is empty; what gathers is not kept waiting.</summary>
    public async Task DrainAsync(IServiceProvider worker)
    {
        for (var round = 0; Tasks.Storage.Queues.Count(TaskSimulation.Queue) > 0; round++)
        {
            if (round > 1000)
            {
                throw new InvalidOperationException("The queue does not become empty.");
            }

            var gathers = Tasks.Time.WhenTimerOf(Wait);
            var deliveries = await DeliverAllAsync(worker);
            var all = Task.WhenAll(deliveries);
            while (!all.IsCompleted)
            {
                await Task.WhenAny(all, gathers).WaitAsync(Hang);
                if (!all.IsCompleted)
                {
                    // A batch that has filled meanwhile runs already: time that passed then would make each run another one.
                    gathers = Tasks.Time.WhenTimerOf(Wait);
                    Tasks.Time.Advance(Tasks.Time.IsWaiting(Wait) ? Wait : TimeSpan.Zero);
                }
            }

            await all;
            if (deliveries.Count == 0)
            {
                Tasks.Time.Advance(TimeSpan.FromMinutes(10));
            }
        }
    }

    /// <summary>Waits until deliveries have ended.</summary>
    public static Task EndAsync(IEnumerable<Task> deliveries) => Task.WhenAll(deliveries).WaitAsync(Hang);

    public async Task<ControlRow> RowAsync(char id) => (await Tasks.FindAsync(id.ToString()))!;

    /// <summary>The state of each task.</summary>
    public async Task<IReadOnlyList<TaskState>> StatesAsync(string ids)
    {
        var states = new List<TaskState>();
        foreach (var id in ids)
        {
            states.Add((await RowAsync(id)).State);
        }

        return states;
    }
}
