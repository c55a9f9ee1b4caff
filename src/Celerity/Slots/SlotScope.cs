using Microsoft.Extensions.Logging;

namespace Celerity.Slots;

/// <summary>The slots of one task, or of one task for one key, as this process knows them.</summary>
#pragma warning disable CA1001 // A semaphore whose handle nobody asks for has nothing to dispose of.
internal sealed partial class SlotScope(string scope, SlotRows rows, TimeProvider time, ILogger logger)
#pragma warning restore CA1001
{
    /// <summary>How long a task waits where it is for one of this process to end.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    // How long a reading that found no slot free is believed.
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(15);

    // Tasks come back a little closer than slots become free: one too many is turned away again, one too few leaves a slot empty.
    private const double Overbooked = 0.8;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _taking = new(1, 1);
    private readonly List<Waiter> _waiters = [];
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _next = new(StringComparer.Ordinal);
    private int _slots;
    private double _seconds = 1;
    private DateTimeOffset? _fullAt;

    /// <summary>Gets whether tasks run in it or wait for it.</summary>
    public bool IsInUse
    {
        get
        {
            lock (_gate)
            {
                return _running.Count > 0 || _waiters.Count > 0;
            }
        }
    }

    /// <summary>Gets how many slots are held here, and how many there were when it was last asked.</summary>
    public SlotUse Use
    {
        get
        {
            lock (_gate)
            {
                return new SlotUse(scope, _running.Values.Sum(), _slots);
            }
        }
    }

    /// <summary>Gets how many more tasks are worth letting in: as many as may run, and some that wait behind them so that no slot stands empty.</summary>
    public int RoomOf(string key, int slots)
    {
        lock (_gate)
        {
            _slots = slots;
            var waiting = _waiters.Count(waiter => waiter.Key == key);
            var running = _running.Values.Sum();
            var most = IsFull ? Math.Min(Waiting(slots), Waiting(running)) : slots - running + Waiting(slots);
            return Math.Max(0, most - waiting);
        }
    }

    /// <summary>Takes a slot for a task; where all are taken it waits a moment for one that is given back here.</summary>
    /// <param name="key">The task's key: of those that wait, the one whose key runs least is next.</param>
    /// <param name="slots">How many slots there are.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The slot; <see langword="null"/> where none became free.</returns>
    public async ValueTask<SlotLease?> TryEnterAsync(string key, int slots, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(key);
        if (!HasNone && await TryTakeAsync(slots, cancellationToken).ConfigureAwait(false) is { } slot)
        {
            return Enter(slot, key);
        }

        lock (_gate)
        {
            if (_running.Count == 0 || _waiters.Count(other => other.Key == key) >= Waiting(slots))
            {
                return null;
            }

            _waiters.Add(waiter);
        }

        await waiter.Given.Task.WithinAsync(LongestWait, time, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _waiters.Remove(waiter);
        }

        return waiter.Given.Task.IsCompletedSuccessfully ? Enter(await waiter.Given.Task.ConfigureAwait(false), key) : null;
    }

    /// <summary>Gets how long a task that found no slot stays away: its key's tasks come back one after the other, as they run.</summary>
    public TimeSpan NextDelay(string key, int slots)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var earliest = now + ShortestDelay;
            var at = _next.TryGetValue(key, out var next) && next > earliest ? next : earliest;
            _next[key] = at + TimeSpan.FromSeconds(Overbooked * _seconds / slots);
            return at - now < LongestDelay ? at - now : LongestDelay;
        }
    }

    /// <summary>Extends a slot.</summary>
    /// <returns><see langword="null"/> where that failed; it may be tried again.</returns>
    public async ValueTask<SlotRow?> TryRenewAsync(SlotRow slot)
    {
        try
        {
            return await rows.TryTakeAsync(scope, slot.Number, over: slot, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Storage is down for a moment: the lease still lasts, and is tried again before it ends.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotRenewed(logger, slot.Number, scope, exception);
            return null;
        }
    }

    /// <summary>Gives a slot to who waits for it here, or back.</summary>
    public async ValueTask LeaveAsync(SlotRow slot, string key, bool isLost, TimeSpan held)
    {
        lock (_gate)
        {
            _seconds = (_seconds * 0.8) + (held.TotalSeconds * 0.2);
            Count(key, -1);
            if (!isLost && slot.Until - time.GetUtcNow() > SlotRows.Lease / 2 && NextWaiter() is { } waiter)
            {
                waiter.Given.SetResult(slot);
                return;
            }

            _fullAt = null;
        }

        if (!isLost)
        {
            await TryFreeAsync(slot).ConfigureAwait(false);
        }
    }

    private bool HasNone
    {
        get
        {
            lock (_gate)
            {
                return IsFull || _waiters.Count > 0;
            }
        }
    }

    private bool IsFull => _fullAt is { } at && time.GetUtcNow() - at < Believed;

    private static int Waiting(int running) => 2 * running;

    private SlotLease Enter(SlotRow slot, string key)
    {
        lock (_gate)
        {
            Count(key, 1);
        }

        return new SlotLease(this, slot, key, time);
    }

    private void Count(string key, int change)
    {
        var count = _running.GetValueOrDefault(key) + change;
        if (count > 0)
        {
            _running[key] = count;
        }
        else
        {
            _running.Remove(key);
        }
    }

    // Fair between keys: one with many tasks does not keep another's single one waiting.
    private Waiter? NextWaiter()
    {
        var next = _waiters.MinBy(waiter => _running.GetValueOrDefault(waiter.Key));
        if (next is not null)
        {
            _waiters.Remove(next);
        }

        return next;
    }

    private async ValueTask<SlotRow?> TryTakeAsync(int slots, CancellationToken cancellationToken)
    {
        await _taking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (taken, isFull) = await rows.TryTakeAnyAsync(scope, slots, _running.Values.Sum(), cancellationToken).ConfigureAwait(false);
            if (isFull)
            {
                lock (_gate)
                {
                    _fullAt = time.GetUtcNow();
                }
            }

            return taken;
        }
        finally
        {
            _taking.Release();
        }
    }

    private async ValueTask TryFreeAsync(SlotRow slot)
    {
        try
        {
            await rows.FreeAsync(scope, slot, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The task has ended, and that counts; its slot is free again when the lease is over.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotFreed(logger, slot.Number, scope, exception);
        }
    }

    private sealed class Waiter(string key)
    {
        public string Key => key;

        public TaskCompletionSource<SlotRow> Given { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(2411, LogLevel.Warning, "Slot {Number} of {Scope} could not be renewed; it is tried again")]
    private static partial void LogNotRenewed(ILogger logger, int number, string scope, Exception exception);

    [LoggerMessage(2412, LogLevel.Warning, "Slot {Number} of {Scope} could not be given back; it is free when its lease is over")]
    private static partial void LogNotFreed(ILogger logger, int number, string scope, Exception exception);
}
