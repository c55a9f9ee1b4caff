using System.Diagnostics.Metrics;
using Celerity.RateLimits;
using Celerity.Slots;

namespace Celerity.Metrics;

/// <summary>Tells what this process knows of limits of tasks and stages. Of limits per key it tells nothing: keys are many.</summary>
internal sealed class LimitMeter : IDisposable
{
    private readonly Meter _meter;

    public LimitMeter(ConcurrencySlots slots, RateLimiter rates)
    {
        _meter = new Meter(new MeterOptions(CelerityMeter.Name) { Version = "1", Scope = this });
        _meter.CreateObservableUpDownCounter(
            "celerity.limit.slots_held",
            () => slots.Uses.Select(use => new Measurement<int>(use.Held, TaskTag(use.Task))),
            "{slot}",
            "Concurrency slots that this process holds.");
        _meter.CreateObservableGauge(
            "celerity.limit.slots",
            () => slots.Uses.Select(use => new Measurement<int>(use.Slots, TaskTag(use.Task))),
            "{slot}",
            "Concurrency slots that all processes share.");
        _meter.CreateObservableGauge(
            "celerity.limit.rate",
            () => rates.Uses.Select(use => new Measurement<double>(use.PerSecond, TaskTag(use.Task))),
            "{task}/s",
            "The rate limit that all processes share.");
        _meter.CreateObservableGauge(
            "celerity.limit.rate_share",
            () => rates.Uses.Select(use => new Measurement<double>(use.Share, TaskTag(use.Task))),
            "{task}/s",
            "This process's share of the rate limit; 0 where each start is reserved.");
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> TaskTag(string task) => new(MetricTags.Task, task);
}
