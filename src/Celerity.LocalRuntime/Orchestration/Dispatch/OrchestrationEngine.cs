using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Orchestration.Entities;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>How the engine works.</summary>
internal sealed record EngineOptions
{
    public int MaxConcurrentOrchestrators { get; init; } = 10 * Environment.ProcessorCount;

    public int MaxConcurrentActivities { get; init; } = 10 * Environment.ProcessorCount;

    public int MaxConcurrentEntities { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>Gets how many messages an entity takes at a time.</summary>
    public int MaxEntityBatch { get; init; } = 5000;

    /// <summary>Gets a value indicating whether an entity's operation that throws has no effect.</summary>
    public bool RollsBackFailedOperations { get; init; } = true;

    /// <summary>Gets how long a process that hangs keeps what it holds; what a dead one holds is free at once.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how often it is looked whether other processes have died.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how often the store is asked for what other processes put there.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(200);
}

/// <summary>Runs the orchestrations, activities and entities of a hub in this process.</summary>
internal sealed class OrchestrationEngine : IDisposable
{
    private readonly OrchestrationHub _hub;
    private readonly EngineOptions _options;
    private readonly ILogger _logger;
    private readonly WorkLoop _instances;
    private readonly WorkLoop _activities;
    private readonly WorkLoop _entities;
    private readonly OwnerLease _lease;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private Task _loops = Task.CompletedTask;
    private bool _disposed;

    public OrchestrationEngine(OrchestrationHub hub, ITaskCode code, EngineOptions options, ILoggerFactory loggerFactory, WorkGauge? gauge = null)
    {
        _hub = hub;
        Gauge = gauge ?? new WorkGauge();
        _options = options;
        _logger = loggerFactory.CreateLogger<OrchestrationEngine>();
        _lease = new OwnerLease(hub, options.Lease, options.WatchInterval, WakeAll, _logger);
        var orchestrations = new OrchestrationWorker(hub, code, loggerFactory);
        var activities = new ActivityWorker(hub, code, _logger);
        _instances = Loop(
            "orchestration",
            options.MaxConcurrentOrchestrators,
            free => Work(hub.Store.ClaimInstances(_lease.OwnerId, hub.Time.GetUtcNow(), free), claim => orchestrations.RunAsync(claim, _aborting.Token)),
            hub.Store.NextDueAt);
        _activities = Loop(
            "activity",
            options.MaxConcurrentActivities,
            free => Work(hub.Store.ClaimActivities(_lease.OwnerId, free), claim => activities.RunAsync(claim, _aborting.Token)),
            _ => null);
        var entities = new EntityWorker(hub, code, !options.RollsBackFailedOperations, _logger);
        _entities = Loop(
            "entity",
            options.MaxConcurrentEntities,
            _ => hub.Store.Entities.Claim(_lease.OwnerId, hub.Time.GetUtcNow(), options.MaxEntityBatch) is { } claim
                ? [() => entities.RunAsync(claim, _aborting.Token)]
                : [],
            hub.Store.NextDueAt);
    }

    /// <summary>Gets what goes on in this engine.</summary>
    public WorkGauge Gauge { get; }

    public void Start()
    {
        _lease.Begin();
        _hub.InstancesReady += _instances.Wake.Set;
        _hub.ActivitiesReady += _activities.Wake.Set;
        _hub.EntitiesReady += _entities.Wake.Set;
        _loops = Task.WhenAll(_instances.RunAsync(_stopping.Token), _activities.RunAsync(_stopping.Token), _entities.RunAsync(_stopping.Token));
    }

    /// <summary>Takes no more work and lets what runs end; when <paramref name="cancellationToken"/> fires, it is cancelled and put back.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        using (cancellationToken.Register(_aborting.Cancel))
        {
            await _loops.ConfigureAwait(false);
        }

        Disconnect();
        _lease.End();
    }

    /// <summary>Takes no more work. Without <see cref="StopAsync"/> before, what it holds stays held, as when a process is killed.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Disconnect();
        _stopping.Cancel();
        _instances.Dispose();
        _activities.Dispose();
        _entities.Dispose();
        _stopping.Dispose();
        _aborting.Dispose();
    }

    private static List<Func<Task>> Work<T>(IReadOnlyList<T> claims, Func<T, Task> run) => [.. claims.Select<T, Func<Task>>(claim => () => run(claim))];

    private WorkLoop Loop(
        string kind, int slots, Func<int, IReadOnlyList<Func<Task>>> claim, Func<DateTimeOffset, DateTimeOffset?> nextDueAt) =>
        new(kind, slots, _options.PollInterval, claim, nextDueAt, Gauge, _hub.Time, _logger);

    private void Disconnect()
    {
        _lease.Dispose();
        _hub.InstancesReady -= _instances.Wake.Set;
        _hub.ActivitiesReady -= _activities.Wake.Set;
        _hub.EntitiesReady -= _entities.Wake.Set;
    }

    private void WakeAll()
    {
        _instances.Wake.Set();
        _activities.Wake.Set();
        _entities.Wake.Set();
    }
}
