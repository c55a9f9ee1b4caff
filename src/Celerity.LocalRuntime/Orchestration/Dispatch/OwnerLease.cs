using System.Diagnostics;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>Keeps this engine known as alive, and frees what dead or stalled ones hold.</summary>
internal sealed class OwnerLease : IDisposable
{
    private readonly OrchestrationHub _hub;
    private readonly TimeSpan _lease;
    private readonly TimeSpan _watchInterval;
    private readonly Action _freed;
    private readonly ILogger _logger;
    private readonly StoreOwner _owner = CurrentProcess();
    private readonly ITimer _timer;
    private DateTimeOffset _renewAt;

    public OwnerLease(OrchestrationHub hub, TimeSpan lease, TimeSpan watchInterval, Action freed, ILogger logger)
    {
        _hub = hub;
        _lease = lease;
        _watchInterval = watchInterval;
        _freed = freed;
        _logger = logger;
        _timer = hub.Time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string OwnerId => _owner.Id;

    public void Begin()
    {
        Look();
        Arm();
    }

    public void End()
    {
        Dispose();
        _hub.Store.RemoveOwner(_owner.Id);
    }

    public void Dispose() => _timer.Dispose();

    private static StoreOwner CurrentProcess()
    {
        using var process = Process.GetCurrentProcess();
        return new StoreOwner(Guid.NewGuid().ToString("N"), process.Id, new DateTimeOffset(process.StartTime.ToUniversalTime()));
    }

    // Armed anew each time: a clock that jumps seven days is one tick, not half a million.
    private void Arm() => _timer.Change(_lease / 3 < _watchInterval ? _lease / 3 : _watchInterval, Timeout.InfiniteTimeSpan);

    private void Tick()
    {
        try
        {
            Look();
        }
#pragma warning disable CA1031 // A timer callback has no caller; the next tick tries again well within the lease.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            DispatchLog.RenewalFailed(_logger, exception);
        }

        Arm();
    }

    private void Look()
    {
        var now = _hub.Time.GetUtcNow();
        if (now >= _renewAt)
        {
            _hub.Store.KeepAlive(_owner, now + _lease);
            _renewAt = now + (_lease / 3);
        }

        var lost = _hub.Store.RemoveLostOwners(_owner.Id, now, ProcessLife.HasEnded);
        if (lost > 0)
        {
            DispatchLog.OwnersLost(_logger, lost);
            _freed();
        }
    }
}
