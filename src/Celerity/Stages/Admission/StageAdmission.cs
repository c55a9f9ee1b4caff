using Celerity.Circuits;
using Celerity.Controls;
using Celerity.Holding;
using Celerity.RateLimits;
using Celerity.Slots;
using Celerity.Stages.Slices;
using Celerity.Tasks;

namespace Celerity.Stages.Admission;

/// <summary>Asks for chunks what tasks are asked: nothing holds them, there is a slot, and the rate limit gives them an instant.</summary>
internal sealed class StageAdmission(
    TaskRegistry registry, ControlBoard board, CircuitGate circuits, CircuitBreakers breakers, RateLimiter limiter, ConcurrencySlots slots, TimeProvider time)
{
    /// <summary>Begins the turns of one pass; asks for nothing yet.</summary>
    public ChunkTurns Begin(SliceMessage message) => new(message, registry.Stages.Of(message.Name), this, time);

    /// <summary>Tells what holds all chunks of a stage: a pause of their queue, their run that is suspended, or a circuit that is open.</summary>
    public async ValueTask<Hold?> FindHoldAsync(StageKey stage, TaskSettings settings, CancellationToken cancellationToken)
    {
        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        return HoldRule.FindPause(stage, controls)
            ?? (settings.Circuit is { } circuit && controls.CircuitOf(circuit).StateAt(time.GetUtcNow()) == CircuitState.Open
                ? HoldRule.FindCircuit(circuit, controls, time.GetUtcNow())
                : null);
    }

    /// <summary>Tells what holds a chunk, or the opening of its circuit that it is a probe of.</summary>
    public async ValueTask<(int? Probe, Hold? Hold)> AskAsync(StageKey stage, int chunk, TaskSettings settings, CancellationToken cancellationToken)
    {
        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        return HoldRule.FindPause(stage, controls) is { } pause
            ? (null, pause)
            : (await circuits.AskAsync([stage.ChunkId(chunk)], settings, controls, cancellationToken).ConfigureAwait(false))[0];
    }

    public ValueTask<IReadOnlyList<DateTimeOffset>> ReserveAsync(TaskSettings settings, int count, RateTerms terms, CancellationToken cancellationToken) =>
        limiter.ReserveAsync(LimitName.OfTask(settings.Name), count, terms, cancellationToken);

    /// <summary>Counts the end of a chunk's attempt for its circuit.</summary>
    /// <returns>What holds the chunk, where it found that what it needs is down: then it is not a failed attempt.</returns>
    public ValueTask<Hold?> CountAsync(string chunk, TaskSettings settings, int? probe, Exception? failure) =>
        breakers.CountAsync(settings, chunk, probe, failure switch
        {
            null => new AttemptEnd.Returned(TaskOutcome.Completed, null),
            TimeLimitException late => new AttemptEnd.TimedOut(late.Limit),
            _ => new AttemptEnd.Threw(failure, ChunkVerdicts.FailureOf(failure)),
        });

    /// <summary>Tells without a request whether waiting for a slot is of any use.</summary>
    /// <returns>How long to stay away, where it is not.</returns>
    public TimeSpan? TurnAway(TaskSettings settings) => settings.Concurrency is { } count ? slots.TurnAway(LimitName.OfTask(settings.Name), count) : null;

    public ValueTask<(SlotLease? Slot, TimeSpan Delay)> EnterAsync(TaskSettings settings, CancellationToken cancellationToken) => settings.Concurrency is { } count
        ? slots.EnterAsync(LimitName.OfTask(settings.Name), count, cancellationToken)
        : ValueTask.FromResult(((SlotLease?)null, TimeSpan.Zero));
}
