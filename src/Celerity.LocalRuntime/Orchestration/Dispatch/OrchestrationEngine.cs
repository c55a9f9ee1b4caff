using System.Diagnostics;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>How the engine works.</summary>
internal sealed record EngineOptions
{
    public int MaxConcurrentOrchestrators { get; init; } = 10 * Environment.ProcessorCount;

    public int MaxConcurrentActivities { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>Gets how long a process that hangs keeps what it holds; what a dead one holds is free at once.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how often the store is asked for what other processes put there.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(200);
}

/// <summary>Runs the orchestrations and activities of a hub in this process.</summary>
internal sealed class OrchestrationEngine : IDisposable
{
    private readonly OrchestrationHub _hub;
    private readonly EngineOptions _options;
    private readonly ILogger _logger;
    private readonly WorkLoop _instances;
    private readonly WorkLoop _activities;
    private readonly StoreOwner _owner = CurrentOwner();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private ITimer? _renewal;
    private Task _loops = Task.CompletedTask;

    public OrchestrationEngine(OrchestrationHub hub, ITaskCode code, EngineOptions options, ILoggerFactory loggerFactory)
    {
        _hub = hub;
        _options = options;
        _logger = loggerFactory.CreateLogger<OrchestrationEngine>();
        var orchestrations = new OrchestrationWorker(hub, code, loggerFactory);
        var activities = new ActivityWorker(hub, code, _logger);
        _instances = Loop(
            "orchestration",
            options.MaxConcurrentOrchestrators,
            _ => hub.Store.ClaimInstance(_owner.Id, hub.Time.GetUtcNow()) is { } claim ? [() => orchestrations.RunAsync(claim, _aborting.Token)] : [],
            hub.Store.NextDueAt);
        _activities = Loop(
            "activity",
            options.MaxConcurrentActivities,
            free => [.. hub.Store.ClaimActivities(_owner.Id, free).Select<ClaimedActivity, Func<Task>>(claim => () => activities.RunAsync(claim, _aborting.Token))],
            _ => null);
    }

    /// <summary>Gets what goes on in this engine.</summary>
    public WorkGauge Gauge { get; } = new();

    public void Start()
    {
        Renew();
        _renewal = _hub.Time.CreateTimer(_ => Renew(), null, _options.Lease / 3, _options.Lease / 3);
        _hub.InstancesReady += _instances.Wake.Set;
        _hub.ActivitiesReady += _activities.Wake.Set;
        _loops = Task.WhenAll(_instances.RunAsync(_stopping.Token), _activities.RunAsync(_stopping.Token));
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
        _hub.Store.RemoveOwner(_owner.Id);
    }

    /// <summary>Frees the engine's own resources. Without <see cref="StopAsync"/> before, what it holds stays held, as when a process is killed.</summary>
    public void Dispose()
    {
        Disconnect();
        _instances.Dispose();
        _activities.Dispose();
        _stopping.Dispose();
        _aborting.Dispose();
    }

    private static StoreOwner CurrentOwner()
    {
        using var process = Process.GetCurrentProcess();
        return new StoreOwner(Guid.NewGuid().ToString("N"), process.Id, new DateTimeOffset(process.StartTime.ToUniversalTime()));
    }

    private WorkLoop Loop(
        string kind, int slots, Func<int, IReadOnlyList<Func<Task>>> claim, Func<DateTimeOffset, DateTimeOffset?> nextDueAt) =>
        new(kind, slots, _options.PollInterval, claim, nextDueAt, Gauge, _hub.Time, _logger);

    private void Disconnect()
    {
        _renewal?.Dispose();
        _hub.InstancesReady -= _instances.Wake.Set;
        _hub.ActivitiesReady -= _activities.Wake.Set;
    }

    private void Renew()
    {
        try
        {
            var now = _hub.Time.GetUtcNow();
            _hub.Store.KeepAlive(_owner, now + _options.Lease);
            var lost = _hub.Store.RemoveLostOwners(_owner.Id, now, ProcessLife.HasEnded);
            if (lost > 0)
            {
                DispatchLog.OwnersLost(_logger, lost);
                _instances.Wake.Set();
                _activities.Wake.Set();
            }
        }
#pragma warning disable CA1031 // A timer callback has no caller; the next renewal tries again well within the lease.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            DispatchLog.RenewalFailed(_logger, exception);
        }
    }
}
