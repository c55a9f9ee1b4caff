using System.Diagnostics.Metrics;
using Celerity.Workers;

namespace Celerity.Metrics;

/// <summary>The instruments of this process, under OpenTelemetry's rules for names and units. What they are called is public: metrics.approved.txt.</summary>
internal sealed class CelerityMeter : IDisposable
{
    /// <summary>What to listen to.</summary>
    public const string Name = "Celerity";

    // Seconds, from a cached answer to a night's report.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600, 3600],
    };

    private readonly Meter _meter;

    public CelerityMeter(WorkerLoad load)
    {
        _meter = new Meter(new MeterOptions(Name) { Version = "1", Scope = this });
        Sent = _meter.CreateCounter<long>("celerity.task.sent", "{task}", "Tasks that this process has sent.");
        Started = _meter.CreateCounter<long>("celerity.task.started", "{attempt}", "Attempts that have begun.");
        Ended = _meter.CreateCounter<long>("celerity.task.ended", "{task}", "Tasks that have ended, by outcome and category of error.");
        Retried = _meter.CreateCounter<long>("celerity.task.retried", "{attempt}", "Attempts that failed and are followed by another.");
        Deferred = _meter.CreateCounter<long>("celerity.task.deferred", "{task}", "Tasks that were put off at no attempt, by reason.");
        Duration = _meter.CreateHistogram("celerity.task.duration", "s", "How long attempts ran.", tags: null, Durations);
        Wait = _meter.CreateHistogram("celerity.task.wait", "s", "How long tasks waited for their first attempt since they were sent, or due.", tags: null, Durations);
        ChunkStarted = _meter.CreateCounter<long>("celerity.chunk.started", "{attempt}", "Attempts at chunks that have begun.");
        ChunkEnded = _meter.CreateCounter<long>("celerity.chunk.ended", "{chunk}", "Chunks that have ended, by outcome and category of error.");
        ChunkRetried = _meter.CreateCounter<long>("celerity.chunk.retried", "{attempt}", "Attempts at chunks that failed and are followed by another.");
        ChunkDuration = _meter.CreateHistogram("celerity.chunk.duration", "s", "How long attempts at chunks ran.", tags: null, Durations);
        Records = _meter.CreateCounter<long>("celerity.chunk.records", "{record}", "Records of chunks that have ended well, accepted and rejected.");
        RunStarted = _meter.CreateCounter<long>("celerity.run.started", "{run}", "Generations of runs that have begun.");
        RunEnded = _meter.CreateCounter<long>("celerity.run.ended", "{run}", "Generations of runs that have ended, by outcome.");
        ScheduleDrift = _meter.CreateHistogram("celerity.schedule.drift", "s", "How long after their time schedules fired.", tags: null, Durations);
        _meter.CreateObservableUpDownCounter("celerity.task.running", () => load.RunningCount, "{task}", "Attempts that run now.");
        _meter.CreateObservableUpDownCounter("celerity.task.zombies", () => load.Zombies, "{task}", "Handlers that still run though their attempt is over.");
    }

    public Counter<long> Sent { get; }

    public Counter<long> Started { get; }

    public Counter<long> Ended { get; }

    public Counter<long> Retried { get; }

    public Counter<long> Deferred { get; }

    public Histogram<double> Duration { get; }

    public Histogram<double> Wait { get; }

    public Counter<long> ChunkStarted { get; }

    public Counter<long> ChunkEnded { get; }

    public Counter<long> ChunkRetried { get; }

    public Histogram<double> ChunkDuration { get; }

    public Counter<long> Records { get; }

    public Counter<long> RunStarted { get; }

    public Counter<long> RunEnded { get; }

    public Histogram<double> ScheduleDrift { get; }

    public void Dispose() => _meter.Dispose();
}
