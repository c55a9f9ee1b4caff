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

        // Whole seconds, as queues count, so that tasks of the same second share a message.
        var seconds = Math.Floor((wait - Early).TotalSeconds);
        var delay = wait > RetryDecision.LongestDelay ? RetryDecision.LongestDelay : TimeSpan.FromSeconds(Math.Max(1, seconds));
        return (pass, TaskVerdict.Later(pass.Row, delay) with { Slots = slots });
    }
}
