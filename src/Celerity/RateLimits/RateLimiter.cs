using Celerity.Controls;
using Celerity.Retry;
using Celerity.Tasks;

namespace Celerity.RateLimits;

/// <summary>Tells tasks when they may start, as the limits of their names and keys say.</summary>
internal sealed class RateLimiter(RateBuckets buckets, InstanceId instance, TimeProvider time)
{
    // What comes a little early waits where it is, what comes late would have to reserve again.
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(500);

    private readonly PartsByName<RateGauge> _gauges = new(limit => new RateGauge(limit, buckets, instance, time), isInUse: _ => false, time);

    /// <summary>Gets what this process knows of the limits of tasks and stages that it was asked for; not of those per key.</summary>
    public IEnumerable<RateUse> Uses => _gauges.All.Where(gauge => !LimitName.IsOfKey(gauge.Name)).Select(gauge => gauge.Part.Use).OfType<RateUse>();

    /// <summary>Asks for tasks of one name that are about to run. All that wait for the same limit are asked for together.</summary>
    /// <param name="passes">The passes.</param>
    /// <param name="settings">What their task is set to.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>For each its pass with its start, or its deferral to the instant that is reserved for it.</returns>
    public async ValueTask<IReadOnlyList<(TaskPass Pass, TaskVerdict.Next? Later)>> AskAsync(
        IReadOnlyList<TaskPass> passes, TaskSettings settings, CancellationToken cancellationToken)
    {
        var slots = passes.Select(_ => new List<RateSlot>()).ToList();
        if (settings.RateLimit is { } limit)
        {
            await ReserveAsync(LimitName.OfTask(settings.Name), new RateTerms(limit, settings.RateCost), Enumerable.Range(0, passes.Count)).ConfigureAwait(false);
        }

        if (settings.RateLimitPerKey is { } perKey)
        {
            foreach (var key in Enumerable.Range(0, passes.Count).GroupBy(at => LimitName.OfKey(settings.Name, passes[at].Envelope.LimitKey), StringComparer.Ordinal))
            {
                await ReserveAsync(key.Key, new RateTerms(perKey, settings.RateCost), key).ConfigureAwait(false);
            }
        }

        return [.. passes.Select((pass, at) => Decide(pass, slots[at]))];

        async ValueTask ReserveAsync(string name, RateTerms terms, IEnumerable<int> which)
        {
            var asking = new List<int>();
            foreach (var at in which)
            {
                if (FindReserved(passes[at], name, terms) is { } slot)
                {
                    slots[at].Add(slot);
                }
                else
                {
                    asking.Add(at);
                }
            }

            if (asking.Count == 0)
            {
                return;
            }

            var instants = await _gauges.Get(name).ReserveAsync(asking.Count, terms, cancellationToken).ConfigureAwait(false);
            foreach (var (at, instant) in asking.Zip(instants))
            {
                slots[at].Add(new RateSlot(name, instant));
            }
        }
    }

    /// <summary>Tells each of several that are no tasks, in their order, when it may start.</summary>
    public ValueTask<IReadOnlyList<DateTimeOffset>> ReserveAsync(string limit, int count, RateTerms terms, CancellationToken cancellationToken) =>
        _gauges.Get(limit).ReserveAsync(count, terms, cancellationToken);

    /// <summary>How long to stay away until shortly before an instant, in whole seconds, as queues count: what is due in the same second shares a message.</summary>
    public static TimeSpan DelayOf(TimeSpan wait) =>
        wait > RetryDecision.LongestDelay ? RetryDecision.LongestDelay : TimeSpan.FromSeconds(Math.Max(1, Math.Floor((wait - Early).TotalSeconds)));

    // Late for one limit because of another is not late. Who comes again may have started at its instant, and died.
    private RateSlot? FindReserved(TaskPass pass, string name, RateTerms terms)
    {
        var slots = pass.Envelope.Slots;
        return slots.Count > 0 && pass.Stamp.DequeueCount <= 1 && time.GetUtcNow() <= slots.Max(slot => slot.At) + terms.MostLate ? slots.FirstOrDefault(slot => slot.Limit == name) : null;
    }

    private (TaskPass Pass, TaskVerdict.Next? Later) Decide(TaskPass pass, List<RateSlot> slots)
    {
        if (slots.Count == 0)
        {
            return (pass, null);
        }

        var start = slots.Max(slot => slot.At);
        var wait = start - time.GetUtcNow();
        if (wait <= RateGauge.LongestWait)
        {
            return (pass with { StartAt = start }, null);
        }

        return (pass, TaskVerdict.Later(pass.Row, DelayOf(wait), DeferralReason.RateLimit) with { Slots = slots });
    }
}
