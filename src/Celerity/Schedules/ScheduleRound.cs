using System.Collections.Concurrent;
using Celerity.Controls;
using Microsoft.Extensions.Logging;

namespace Celerity.Schedules;

/// <summary>
/// The round of each minute: does what is due, and stays for what becomes due before the next round. Several may run at once, here and on other
/// instances: each decision is one write that only one of them wins.
/// </summary>
internal sealed class ScheduleRound(
    ScheduleStore store, ScheduleTurn turns, FiringRecords records, ScheduleList list, ControlBoard board, TimeProvider time, ILogger<ScheduleRound> logger)
{
    private const int Parallelism = 8;
    private const int MostCleanedAtOnce = 20;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CleanEvery = TimeSpan.FromHours(1);

    // A timer function that still runs when its minute comes is called at the one after.
    private static readonly TimeSpan Leaving = TimeSpan.FromMilliseconds(500);

    // A round that has fired before a deletion may have its record still to write.
    private static readonly TimeSpan Deleted = TimeSpan.FromHours(1);

    // A schedule that no code defines any more; long enough for every version that may come back.
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(40);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _cleanedAt = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Runs one round: a query, and six requests for each firing; nothing but a look at the board where there is no schedule.</summary>
    /// <param name="pipelines">What starts runs.</param>
    /// <param name="cancellationToken">Ends the round between two steps; the next one goes on.</param>
    public async ValueTask RunAsync(IPipelineStarts pipelines, CancellationToken cancellationToken)
    {
        if (list.IsEmpty && !ScheduleStore.HasAny(await board.GetAsync(cancellationToken).ConfigureAwait(false)))
        {
            return;
        }

        var start = time.GetUtcNow();
        var leavesAt = new DateTimeOffset(start.UtcTicks - (start.UtcTicks % Minute.Ticks), TimeSpan.Zero) + Minute - Leaving;
        var states = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        var turnsAt = new ConcurrentDictionary<string, (ScheduleState? State, DateTimeOffset? NextAt)>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in list.All.Select(schedule => schedule.Name))
        {
            turnsAt[name] = (null, start);
        }

        foreach (var state in states)
        {
            turnsAt[state.Name] = (state, start);
        }

        while (true)
        {
            var now = time.GetUtcNow();
            await Parallel.ForEachAsync(
                turnsAt.Where(turn => turn.Value.NextAt <= now).ToList(),
                new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
                async (turn, cancel) => turnsAt[turn.Key] = await TryTurnAsync(turn.Key, turn.Value.State, pipelines, cancel).ConfigureAwait(false)).ConfigureAwait(false);

            // A clock that was set back meanwhile makes a wait of a second one of hours, in which no other round begins.
            if (turnsAt.Values.Min(turn => turn.NextAt) is not { } next || next > leavesAt || next - time.GetUtcNow() > Minute)
            {
                break;
            }

            await DelayUntilAsync(next, cancellationToken).ConfigureAwait(false);
        }

        await CleanAsync([.. turnsAt.Values.Select(turn => turn.State).OfType<ScheduleState>()], cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<(ScheduleState? State, DateTimeOffset? NextAt)> TryTurnAsync(
        string name, ScheduleState? state, IPipelineStarts pipelines, CancellationToken cancellationToken)
    {
        try
        {
            var end = await turns.RunAsync(name, state, pipelines, cancellationToken).ConfigureAwait(false);
            return (end.State, end.NextAt);
        }
#pragma warning disable CA1031 // The loop's edge: one schedule must not keep the others from firing; it comes again with the next round.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            logger.TurnFailed(name, exception);
            return (null, null);
        }
    }

    private async Task DelayUntilAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        // Timers count whole milliseconds: rounded down, it would wake too early, again and again.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling((at - time.GetUtcNow()).TotalMilliseconds));
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    // Each schedule once an hour, and few in one round: history that is a little older does no harm.
    private async ValueTask CleanAsync(IReadOnlyList<ScheduleState> states, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = states
            .Where(state => IsGone(state, now) || !_cleanedAt.TryGetValue(state.Name, out var at) || now - at >= CleanEvery || now < at)
            .OrderBy(state => _cleanedAt.GetValueOrDefault(state.Name))
            .Take(MostCleanedAtOnce);
        foreach (var state in due)
        {
            var isGone = IsGone(state, now);
            if (await records.CleanAsync(state.Name, isGone, cancellationToken).ConfigureAwait(false))
            {
                _cleanedAt[state.Name] = now;
                _ = isGone && await store.TryDeleteAsync(state, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private bool IsGone(ScheduleState state, DateTimeOffset now) => list.Find(state.Name) is null && state.Open is null
        && now - state.At > (state.IsDeleted ? Deleted : state.Definition is null ? Forgotten : TimeSpan.MaxValue);
}
