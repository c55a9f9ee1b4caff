using Celerity.Controls;

namespace Celerity.RateLimits;

/// <summary>
/// One limit in one process. While the rate is not used up it runs on a share of it, two requests every few seconds, and a task that has to wait
/// for a moment waits where it is. Where tasks would have to wait longer, it reserves an instant for each of them, all in one write.
/// </summary>
#pragma warning disable CA1001 // A semaphore whose handle nobody asks for has nothing to dispose of.
internal sealed class RateGauge(string limit, RateBuckets buckets, InstanceId instance, TimeProvider time)
#pragma warning restore CA1001
{
    /// <summary>How long a task waits where it is; longer waits are deferrals.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    // Each refusal is another instance's success; with so many in a row storage is no place to keep a limit.
    private const int MaxRounds = 50;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly LocalShare _share = new(time);
    private RateBucket? _last;
    private volatile KnownUse? _known;
    private string _etag = "";

    /// <summary>Gets what was known here of the limit when it was last asked for; <see langword="null"/> before that.</summary>
    public RateUse? Use => _known is not { } known ? null
        : time.GetElapsedTime(known.At) < RateTerms.ShareTime ? known.Use
        : known.Use with { Share = 0 };

    /// <summary>Tells each of several tasks, in their order, when it may start.</summary>
    public async ValueTask<IReadOnlyList<DateTimeOffset>> ReserveAsync(int tasks, RateTerms terms, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var instants = new List<DateTimeOffset>(tasks);
            var hasRenewed = false;
            if (_share.IsAlive && _share.EndsSoon)
            {
                hasRenewed = true;
                await TryShareAsync(0, terms, cancellationToken).ConfigureAwait(false);
            }

            TakeFromShare(tasks, instants, terms);
            if (instants.Count < tasks && terms.HasShares && !hasRenewed && !_share.IsNew && !StandsInLine(terms))
            {
                await TryShareAsync((tasks - instants.Count) * terms.Cost, terms, cancellationToken).ConfigureAwait(false);
                TakeFromShare(tasks, instants, terms);
            }

            if (instants.Count < tasks)
            {
                instants.AddRange(await StandInLineAsync(tasks - instants.Count, terms, cancellationToken).ConfigureAwait(false));
            }

            return instants;
        }
        finally
        {
            _known = new KnownUse(new RateUse(limit, terms.Limit.PerSecond, _share.PerSecond), time.GetTimestamp());
            _gate.Release();
        }
    }

    private void TakeFromShare(int tasks, List<DateTimeOffset> instants, RateTerms terms)
    {
        var now = time.GetUtcNow();
        while (instants.Count < tasks && _share.TryTake(terms.Cost, LongestWait) is { } wait)
        {
            instants.Add(now + wait);
        }
    }

    private bool StandsInLine(RateTerms terms) => _last?.AdvanceTo(time.GetUtcNow(), terms).HasLine == true;

    private async ValueTask TryShareAsync(double waiting, RateTerms terms, CancellationToken cancellationToken)
    {
        var want = Math.Min(terms.Limit.PerSecond, _share.Want(waiting, terms.Limit));
        var granted = await ChangeAsync<(long From, double PerSecond, double Tokens)?>(terms, Change, cancellationToken).ConfigureAwait(false);
        if (granted is { } share)
        {
            _share.Begin(share.From, share.PerSecond, share.Tokens, terms);
        }

        // While instants are reserved ahead, whoever comes stands behind them.
        (RateBucket?, (long, double, double)?) Change(RateBucket bucket)
        {
            if (bucket.HasLine)
            {
                return (null, null);
            }

            var from = time.GetTimestamp();
            var (next, perSecond, tokens) = bucket.Share(instance.Value, want, waiting, terms);
            return (next, (from, perSecond, tokens));
        }
    }

    // The share goes back in the same write: what it would yield is the line's.
    private async ValueTask<IReadOnlyList<DateTimeOffset>> StandInLineAsync(int tasks, RateTerms terms, CancellationToken cancellationToken)
    {
        var instants = await ChangeAsync(
            terms, bucket => bucket.Without(instance.Value, _share.Promised).Reserve(tasks, terms), cancellationToken).ConfigureAwait(false);
        _share.End();
        return instants;
    }

    // What was written last is tried first: where this instance is the only one, that is one request.
    private async ValueTask<T> ChangeAsync<T>(RateTerms terms, Func<RateBucket, (RateBucket? Next, T Result)> change, CancellationToken cancellationToken)
    {
        var isRead = _last is not { Shares.Count: <= 1 };
        for (var round = 0; round < MaxRounds; round++)
        {
            if (isRead)
            {
                (_last, _etag) = await buckets.FindAsync(limit, cancellationToken).ConfigureAwait(false);
            }

            isRead = true;
            var bucket = _last?.AdvanceTo(time.GetUtcNow(), terms) ?? RateBucket.Full(terms, time.GetUtcNow());
            var (next, result) = change(bucket);
            if (next is null)
            {
                return result;
            }

            if (await buckets.TryWriteAsync(limit, next, terms, _etag, cancellationToken).ConfigureAwait(false) is { } etag)
            {
                (_last, _etag) = (next, etag);
                return result;
            }
        }

        throw new InvalidOperationException($"The limit '{limit}' was changed by others {MaxRounds} times in a row.");
    }

    private sealed record KnownUse(RateUse Use, long At);
}
