using Celerity.RateLimits;
using Celerity.Slots;
using Celerity.Stages.Slices;
using Celerity.Tasks;

namespace Celerity.Stages.Admission;

/// <summary>
/// The turns of one pass: its chunks run one after the other, and each is asked right before it starts, so that it starts when its instant has
/// come however long those before it took. Once one may not run, <see cref="Later"/> says why, and the rest of the pass goes that way.
/// </summary>
internal sealed class ChunkTurns(SliceMessage message, TaskSettings settings, StageAdmission admission, TimeProvider time)
{
    // A core waits meanwhile. Longer than tasks wait, for all chunks of a message together.
    private static readonly TimeSpan LongestWaits = TimeSpan.FromSeconds(10);

    private readonly Queue<DateTimeOffset> _starts = new(message.Starts);
    private TimeSpan _waited;
    private int _together = 1;
    private bool _isSlow;
    private int? _probe;

    /// <summary>Gets how long one attempt of a chunk may take.</summary>
    public TimeSpan TimeLimit => settings.TimeLimit;

    /// <summary>Gets why the rest does not run now; <see langword="null"/> while nothing is against it.</summary>
    public Deferral? Later { get; private set; }

    /// <summary>Tells, before it is known which chunks are left, whether all of them are held. Half-open is not: one of them may be a probe.</summary>
    public async ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken)
    {
        var hold = await admission.FindHoldAsync(message.Key(), settings, cancellationToken).ConfigureAwait(false);
        Later = hold is null ? null : new Deferral(hold, TimeSpan.Zero, [.. _starts]);
        return hold is not null;
    }

    /// <summary>Asks what can be asked before anything is read for a message; waits for nothing.</summary>
    /// <param name="chunk">The message's next chunk.</param>
    /// <param name="left">How many chunks it has.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <returns>Whether it is worth going on.</returns>
    public async ValueTask<bool> MayBeginAsync(int chunk, int left, CancellationToken cancellationToken) =>
        await IsFreeAsync(chunk, cancellationToken).ConfigureAwait(false)
        && (admission.TurnAway(settings) is not { } delay || Refuse(delay))
        && await ReserveAsync(left, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes the slot of the pass: its chunks run one at a time.</summary>
    /// <returns>The slot, or <see langword="null"/> where none is needed, or none is free and <see cref="Later"/> says so.</returns>
    public async ValueTask<SlotLease?> EnterAsync(CancellationToken cancellationToken)
    {
        var (slot, delay) = await admission.EnterAsync(settings, cancellationToken).ConfigureAwait(false);
        _ = slot is null && settings.Concurrency is not null && Refuse(delay);
        return slot;
    }

    /// <summary>Waits for a chunk's turn.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="left">How many chunks are left, with it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether it is to start at once.</returns>
    public async ValueTask<bool> MayStartAsync(int chunk, int left, CancellationToken cancellationToken)
    {
        if (!await IsFreeAsync(chunk, cancellationToken).ConfigureAwait(false) || !await ReserveAsync(left, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (_starts.TryDequeue(out var start) && start - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            _waited += wait;
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Counts how an attempt ended.</summary>
    /// <returns>Whether its outcome counts; else the chunk is held, at no attempt.</returns>
    public async ValueTask<bool> EndAsync(int chunk, Exception? failure)
    {
        var hold = await admission.CountAsync(IdOf(chunk), settings, _probe, failure).ConfigureAwait(false);
        Later = hold is null ? null : new Deferral(hold, TimeSpan.Zero, [.. _starts]);
        return Later is null;
    }

    private async ValueTask<bool> IsFreeAsync(int chunk, CancellationToken cancellationToken)
    {
        (_probe, var hold) = await admission.AskAsync(message.Key(), chunk, settings, cancellationToken).ConfigureAwait(false);
        Later = hold is null ? null : new Deferral(hold, TimeSpan.Zero, [.. _starts]);
        return Later is null;
    }

    // Makes sure of an instant for the next chunk, and of some more while those before were used in time: that is one write for all of them.
    private async ValueTask<bool> ReserveAsync(int left, CancellationToken cancellationToken)
    {
        if (settings.RateLimit is not { } limit)
        {
            return true;
        }

        var terms = new RateTerms(limit, settings.RateCost);
        while (_starts.TryPeek(out var start) && time.GetUtcNow() > start + terms.MostLate)
        {
            _starts.Dequeue();
            _isSlow = true;
        }

        if (_starts.Count == 0)
        {
            if (_waited >= LongestWaits)
            {
                return Refuse(RateLimiter.DelayOf(TimeSpan.Zero));
            }

            var instants = await admission.ReserveAsync(settings, _isSlow ? 1 : Math.Min(left, _together), terms, cancellationToken).ConfigureAwait(false);
            instants.ToList().ForEach(_starts.Enqueue);
            _together = Math.Min(2 * _together, StageLayout.MaxChunksPerSlice);
        }

        var wait = _starts.Peek() - time.GetUtcNow();
        return wait <= RateGauge.LongestWait || Refuse(RateLimiter.DelayOf(wait));
    }

    private bool Refuse(TimeSpan delay)
    {
        Later = new Deferral(null, delay, [.. _starts]);
        return false;
    }

    private string IdOf(int chunk) => message.Key().ChunkId(chunk);
}
