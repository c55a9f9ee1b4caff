using System.Text;
using Celerity.Celery;
using Celerity.Circuits;
using Celerity.Expiry;
using Celerity.Groups;
using Celerity.Holding;
using Celerity.Maintenance;
using Celerity.PoisonDrain;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Celerity.Tests.Tasks.Model;

/// <summary>
/// A process of the model: the real engine on seams that stop at each call until the explorer lets it go. A call that is let go runs on to
/// the next one on the explorer's own thread, but for the few places where the engine works in parallel: there the explorer waits for it.
/// </summary>
internal sealed class ModelConsumer : IServiceScopeFactory, IServiceScope, IServiceProvider
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(30);

    private readonly ModelWorld _world;
    private readonly IServiceProvider _services;
    private readonly List<ModelCall> _calls = [];

    // What it has seen since its pass began: with the code, that is its whole state. Told only where somebody looks.
    private readonly List<Func<string>> _seen = [];

    public ModelConsumer(ModelWorld world, TimeSpan skew = default)
    {
        _world = world;
        Time = new ModelTime(world.Time, skew);
        Storage = new ModelStorage(world, this);
        Tables = world.Scenario.Mutant.Tables(Storage, this);
        Effect = new ModelEffect(world, this);
        _services = ModelServices.NewProcess(this, world.Scenario.Mutant);
    }

    public ModelTime Time { get; }

    public ModelStorage Storage { get; }

    /// <summary>Gets the tables as the engine sees them.</summary>
    public ITableStore Tables { get; }

    public ITaskEffect Effect { get; }

    /// <summary>Gets the effect that keeps dead letters, for a mutant that makes it too early.</summary>
    public ITaskEffect DeadLetterEffect => _services.GetServices<ITaskEffect>().OfType<DeadLetterEffect>().Single();

    public IBackgroundTasks Sender => _services.GetRequiredService<IBackgroundTasks>();

    public IAppControl Control => _services.GetRequiredService<IAppControl>();

    public ITaskGroups Groups => _services.GetRequiredService<ITaskGroups>();

    /// <summary>Gets the calls it waits at: one, but where it works in parallel.</summary>
    public IReadOnlyList<ModelCall> Calls => _calls;

    public bool IsAtHandler => _calls is [{ IsHandler: true }];

    /// <summary>Gets whether nothing that it does next can be seen from outside: to die here is to die a call later.</summary>
    public bool IsInvisible => _calls.TrueForAll(call => call.IsHandler || call.IsRead);

    /// <summary>Gets whether what it does next neither sees nor changes what the other sees: their order does not matter.</summary>
    public bool IsIndependent => _calls is [{ IsIndependent: true }];

    public bool IsMaintaining { get; private set; }

    /// <summary>Gets whether it is at a message, not at a send or at maintenance.</summary>
    public bool IsDelivering => Items.Count > 0;

    public Task? Pass { get; private set; }

    /// <summary>Gets the messages it has received and neither deleted nor lost.</summary>
    public List<QueueItem> Items { get; } = [];

    public void Begin(ModelMessage message)
    {
        var item = _world.Queues.Receive(message);
        Items.Add(item);
        var count = _world.Scenario.Mutant.ForgetsDequeueCount ? 1 : item.DequeueCount;
        Start($"{item.MessageId}/{item.DequeueCount}", async () =>
        {
            if (_world.Scenario.Mutant.ExplodesAsItIs && count > 1 && item.Body.Contains("\"batch\"", StringComparison.Ordinal))
            {
                await ExplodeAsItIsAsync(item).ConfigureAwait(false);
            }
            else
            {
                await _services.GetRequiredService<TaskExecutor>().RunAsync(
                    new TaskDelivery(Encoding.UTF8.GetBytes(_world.Scenario.Mutant.Received(item.Body)), item.MessageId, count, StorageNames.DefaultQueue),
                    CancellationToken.None).ConfigureAwait(false);
            }

            // The host deletes when the function returns; it may die before it does.
            await CallAsync("delete", () => item.MessageId, () => _world.Queues.Delete(item)).ConfigureAwait(false);
        });
    }

    public void BeginDrain() => Start("drain", async () =>
    {
        var drainer = _services.GetRequiredService<PoisonDrainer>();
        if (_world.Scenario.Mutant.DrainsAsItIs)
        {
            await drainer.DrainAsync(
                StorageNames.DefaultQueue,
                item => ((IQueueStore)Storage).SendAsync(StorageNames.DefaultQueue, item.Body, TimeSpan.Zero, CancellationToken.None),
                CancellationToken.None).ConfigureAwait(false);
        }
        else
        {
            await drainer.DrainTasksAsync(StorageNames.DefaultQueue, CancellationToken.None).ConfigureAwait(false);
        }
    });

    /// <summary>Begins a round of maintenance.</summary>
    /// <param name="isWhole">Whether all of it comes by, or only the sweep of sends.</param>
    public void BeginRound(bool isWhole)
    {
        IsMaintaining = true;

        // What drops the records of tasks has tests of its own: here they are what tells how all ended.
        var steps = _services.GetServices<IMaintenanceStep>()
            .Where(step => step is SendSweep || (isWhole && step is ScheduledSends or GroupWatch or KeyExpiry or HeldQueues or CircuitProbing));
        Start("round", () => new MaintenanceRound(steps, NullLogger<MaintenanceRound>.Instance).RunAsync(CancellationToken.None).AsTask());
    }

    public void Begin(string name, Func<ModelConsumer, Task> pass) => Start(name, () => pass(this));

    /// <summary>Runs a pass to its end; nothing goes wrong and every handler succeeds.</summary>
    public void Calm(Action begin)
    {
        begin();
        while (Pass is not null)
        {
            Go(_calls[0], outcome: IsAtHandler ? TaskOutcome.Completed : null);
        }
    }

    /// <summary>Lets a pending call go.</summary>
    public void Go(ModelCall call, Fate fate = Fate.Done, TaskOutcome? outcome = null)
    {
        lock (_calls)
        {
            _calls.Remove(call);
        }

        call.Gate.SetResult((fate, outcome));
        Rest();
    }

    /// <summary>Dies where it is. What it has received comes again.</summary>
    public void Die()
    {
        LoseLeases();
        Time.IsStopped = true;
        _calls.Clear();
        Pass = null;
        _seen.Clear();
    }

    public void LoseLeases()
    {
        Items.ForEach(_world.Queues.EndLease);
        Items.Clear();
    }

    // A handler is a call like any other: what it returns is the explorer's choice.
    public async ValueTask<TaskOutcome> HandleAsync(TaskContext context, FollowTask? follow = null)
    {
        _world.History.AddStart(context, follow);
        var (_, outcome) = await StopAsync(ModelCall.OfHandler(isSeen: context.Name == SlottedTask.TaskName)).ConfigureAwait(false);
        if (_world.Scenario.Mutant.DeletesAfterTheHandler)
        {
            Items.ForEach(item => _world.Queues.Delete(item));
        }

        _seen.Add(() => $"{outcome!.Kind}{context.Attempt}");
        return outcome!.Kind == TaskOutcomeKind.Completed && _world.Scenario.HasClock ? TaskOutcome.CompletedWith(context.Id) : outcome;
    }

    /// <summary>Makes a call once the explorer lets it go.</summary>
    public async ValueTask<T> CallAsync<T>(string kind, Func<string> detail, Func<T> work)
    {
        var call = new ModelCall(kind, detail);
        var (fate, _) = await StopAsync(call).ConfigureAwait(false);
        if (fate is Fate.DoneTwice or Fate.FailsAfter)
        {
            _ = work();
        }

        if (fate is Fate.Fails or Fate.FailsAfter)
        {
            _seen.Add(() => $"{call.Name} failed");
            throw new IOException($"{call.Name}: {fate}");
        }

        var result = work();
        _seen.Add(() => $"{call.Name}={Tell(result)}");
        return result;
    }

    /// <summary>Describes where it stands.</summary>
    public void Describe(StringBuilder text) => text
        .AppendJoin(',', _calls.Select(call => call.Name)).Append('|')
        .AppendJoin(';', _seen.Select(seen => seen())).Append('|')
        .AppendJoin(',', Items.Select(item => item.Receipt));

    IServiceScope IServiceScopeFactory.CreateScope() => this;

    IServiceProvider IServiceScope.ServiceProvider => this;

    object? IServiceProvider.GetService(Type serviceType) => serviceType == typeof(ChordUnlockHandler)
        ? ActivatorUtilities.CreateInstance<ChordUnlockHandler>(_services)
        : Activator.CreateInstance(serviceType, this);

    void IDisposable.Dispose()
    {
    }

    private static string Tell<T>(T result) => result switch
    {
        TableRow row => $"{row.ETag} {ModelStorage.Short(row)}",
        IReadOnlyList<TableRow> rows => string.Join(',', rows.Select(row => $"{row.RowKey} {row.ETag}")),
        IReadOnlyList<string> etags => string.Join(',', etags),
        IReadOnlyList<QueueItem> items => string.Join(',', items.Select(item => item.MessageId)),
        _ => $"{result}",
    };

    private void Start(string name, Func<Task> pass)
    {
        Forget();
        _seen.Add(() => name);
        Storage.HasEnded = false;
        Pass = pass();
        Rest();
    }

    private void Rest()
    {
        WaitForCall();
        if (Pass!.IsCompleted)
        {
            // What was received and not deleted comes again: at once where the pass failed, as the host sees to it.
            LoseLeases();
            var pass = Pass;
            Pass = null;
            IsMaintaining = false;
            Forget();
            if (pass.Exception?.InnerException is not null and not IOException)
            {
                pass.GetAwaiter().GetResult();
            }
        }
    }

    private void Forget()
    {
        if (!_world.Scenario.Remembers)
        {
            _seen.Clear();
        }
    }

    private void WaitForCall()
    {
        while (!Pass!.IsCompleted && _calls.Count == 0 && Time.TryPass())
        {
        }

        if (Pass.IsCompleted || _calls.Count > 0)
        {
            return;
        }

        _ = Pass.ContinueWith(
            _ =>
            {
                lock (_calls)
                {
                    Monitor.PulseAll(_calls);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        lock (_calls)
        {
            while (!Pass.IsCompleted && _calls.Count == 0)
            {
                if (!Monitor.Wait(_calls, HangLimit))
                {
                    throw new InvalidOperationException("A pass waits for something that is no call to storage.");
                }
            }
        }
    }

    private Task<(Fate Fate, TaskOutcome? Outcome)> StopAsync(ModelCall call)
    {
        lock (_calls)
        {
            _calls.Add(call);
            Monitor.PulseAll(_calls);
        }

        return call.Gate.Task;
    }

    private async Task ExplodeAsItIsAsync(QueueItem item)
    {
        foreach (var envelope in MessageCodec.Decode(Encoding.UTF8.GetBytes(item.Body), item.MessageId).Tasks)
        {
            await ((IQueueStore)Storage).SendAsync(StorageNames.DefaultQueue, MessageCodec.Encode(envelope), TimeSpan.Zero, CancellationToken.None)
                .ConfigureAwait(false);
        }
    }
}
