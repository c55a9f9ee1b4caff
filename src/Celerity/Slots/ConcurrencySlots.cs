using Celerity.RateLimits;
using Celerity.Tasks;
using Microsoft.Extensions.Logging;

namespace Celerity.Slots;

/// <summary>Lets so many of a task run at once, on all instances together, and so many for each key.</summary>
internal sealed class ConcurrencySlots(SlotRows rows, TimeProvider time, ILogger<ConcurrencySlots> logger)
{
    private readonly PartsByName<SlotScope> _scopes = new(scope => new SlotScope(scope, rows, time, logger), isInUse: scope => scope.IsInUse, time);

    /// <summary>Gets what this process knows of the slots of tasks and stages that it was asked for; not of those per key.</summary>
    public IEnumerable<SlotUse> Uses => _scopes.All.Where(scope => !LimitName.IsOfKey(scope.Name)).Select(scope => scope.Part.Use);

    /// <summary>Of tasks of one name that came together, tells which are more than can run soon, and how long each of those stays away.</summary>
    /// <remarks>By what is known here, without a request. What it lets through may still find no slot.</remarks>
    public IReadOnlyList<TaskVerdict.Next?> TurnAway(IReadOnlyList<TaskPass> passes, TaskSettings settings)
    {
        var rooms = new Dictionary<(string, string), int>();
        return [.. passes.Select(pass =>
        {
            foreach (var (name, slots) in ScopesOf(pass, settings))
            {
                var (scope, key) = (_scopes.Get(name), KeyOf(pass));
                var room = rooms.TryGetValue((name, key), out var left) ? left : scope.RoomOf(key, slots);
                rooms[(name, key)] = room - 1;
                if (room <= 0)
                {
                    return TaskVerdict.Later(pass.Row, Whole(scope.NextDelay(key, slots)), DeferralReason.Concurrency);
                }
            }

            return null;
        })];
    }

    /// <summary>Takes the slots that a task needs.</summary>
    /// <returns>Its slots, none where it needs none; or its deferral.</returns>
    public async ValueTask<(IReadOnlyList<SlotLease> Slots, TaskVerdict.Next? Later)> EnterAsync(
        TaskPass pass, TaskSettings settings, CancellationToken cancellationToken)
    {
        if (settings is { Concurrency: null, ConcurrencyPerKey: null })
        {
            return ([], null);
        }

        var leases = new List<SlotLease>();
        try
        {
            foreach (var (name, slots) in ScopesOf(pass, settings))
            {
                var (scope, key) = (_scopes.Get(name), KeyOf(pass));
                if (await scope.TryEnterAsync(key, slots, cancellationToken).ConfigureAwait(false) is not { } lease)
                {
                    await LeaveAsync(leases).ConfigureAwait(false);
                    return ([], TaskVerdict.Later(pass.Row, Whole(scope.NextDelay(key, slots)), DeferralReason.Concurrency));
                }

                leases.Add(lease);
            }

            return (leases, null);
        }
        catch
        {
            await LeaveAsync(leases).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Tells without a request whether one more that is no task is more than can run soon.</summary>
    /// <returns>How long it stays away, where it is.</returns>
    public TimeSpan? TurnAway(string name, int count)
    {
        var scope = _scopes.Get(name);
        return scope.RoomOf("", count) > 0 ? null : Whole(scope.NextDelay("", count));
    }

    /// <summary>Takes a slot for what is no task.</summary>
    /// <returns>The slot; or how long to stay away.</returns>
    public async ValueTask<(SlotLease? Slot, TimeSpan Delay)> EnterAsync(string name, int count, CancellationToken cancellationToken)
    {
        var scope = _scopes.Get(name);
        var slot = await scope.TryEnterAsync("", count, cancellationToken).ConfigureAwait(false);
        return (slot, slot is null ? Whole(scope.NextDelay("", count)) : TimeSpan.Zero);
    }

    /// <summary>Gives slots back.</summary>
    public static async ValueTask LeaveAsync(IReadOnlyList<SlotLease> leases)
    {
        foreach (var lease in leases)
        {
            await lease.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static IEnumerable<(string Scope, int Slots)> ScopesOf(TaskPass pass, TaskSettings settings)
    {
        if (settings.ConcurrencyPerKey is { } perKey)
        {
            yield return (LimitName.OfKey(settings.Name, pass.Envelope.LimitKey), perKey);
        }

        if (settings.Concurrency is { } slots)
        {
            yield return (LimitName.OfTask(settings.Name), slots);
        }
    }

    private static string KeyOf(TaskPass pass) => pass.Envelope.LimitKey ?? "";

    // Queues count in seconds, and what comes in the same second shares a message.
    private static TimeSpan Whole(TimeSpan delay) => TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds));
}
