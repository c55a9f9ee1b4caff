namespace Celerity.Benchmarks;

/// <summary>What the scale benchmark measured.</summary>
/// <param name="Sizes">The runs, from the smallest to the largest.</param>
internal sealed record SizeFigures(IReadOnlyList<SizeRun> Sizes)
{
    // An event that comes by itself, and not together with the end of a step.
    private const int EventsOfAWake = 3;

    public bool IsWithinLimits => Sizes.All(size => size.IsRight) && Verdicts.All(verdict => verdict.IsKept);

    /// <summary>Gets the requests that every run takes, however few chunks it has: those of the smallest, without its chunks' as the largest step has them.</summary>
    public double Fixed => Sizes[0].Requests - (Sizes[0].Chunks * MarginalOf(Sizes.Count - 1));

    /// <summary>Gets what was promised, and whether it was kept.</summary>
    public IReadOnlyList<(string What, bool IsKept)> Verdicts
    {
        get
        {
            var (smallest, before, largest) = (Sizes[0], Sizes[^2], Sizes[^1]);
            var verdicts = new List<(string What, bool IsKept)>();

            // Not the first step: fewer chunks than a page are a matter of whole slices.
            for (var step = 2; step < Sizes.Count; step++)
            {
                var requests = MarginalOf(step) / MarginalOf(step - 1);
                verdicts.Add(($"Requests a chunk more, from {Sizes[step - 1].Chunks:N0} to {Sizes[step].Chunks:N0} against the step before, within 5 percent: {requests:N3}", Math.Abs(requests - 1) <= 0.05));
            }

            var events = (double)largest.HistoryEvents / smallest.HistoryEvents;
            verdicts.Add((
                $"History events, largest to smallest, within 5 percent or one wake, and at most 60: {events:N3}",
                (events <= 1.05 || largest.HistoryEvents - smallest.HistoryEvents <= EventsOfAWake) && Sizes.All(size => size.HistoryEvents <= 60)));
            var (last, all) = (largest.PeakMegabytes / before.PeakMegabytes, largest.PeakMegabytes / smallest.PeakMegabytes);
            verdicts.Add(($"Peak memory, largest to the size before, within 20 percent: {last:N3}", last <= 1.2));
            verdicts.Add(($"Peak memory, largest to smallest, within 20 percent: {all:N3}", all <= 1.2));
            var time = largest.Seconds / largest.Records / (before.Seconds / before.Records);
            verdicts.Add(($"Time a record, largest to the size before, at most 20 percent more: {time:N3}", time <= 1.2));
            return verdicts;
        }
    }

    /// <summary>Requests for each chunk that a size has more than the size before; <see langword="null"/> of the smallest.</summary>
    public double? MarginalOf(SizeRun size) => size == Sizes[0] ? null : MarginalOf(Sizes.Index().First(other => other.Item == size).Index);

    private double MarginalOf(int step) => (double)(Sizes[step].Requests - Sizes[step - 1].Requests) / (Sizes[step].Chunks - Sizes[step - 1].Chunks);
}

/// <summary>Runs of one size, one after the other in a process of the app that has run another before: of times and counts the median.</summary>
internal sealed record SizeRun
{
    public required int Records { get; init; }

    public required long Chunks { get; init; }

    /// <summary>Gets the time from its start over HTTP to its result.</summary>
    public required double Seconds { get; init; }

    /// <summary>Gets the requests of the run and of who waits for it.</summary>
    public required long Requests { get; init; }

    /// <summary>Gets the looks at its queues that found nothing: they follow the time.</summary>
    public required long Polls { get; init; }

    /// <summary>Gets the longest history that any execution of any orchestration had.</summary>
    public required int HistoryEvents { get; init; }

    /// <summary>Gets the most memory that was resident at once before these runs: at the start, and while the code was warmed up.</summary>
    public required double WarmUpMegabytes { get; init; }

    /// <summary>Gets the most memory that was resident at once during these runs.</summary>
    public required double PeakMegabytes { get; init; }

    /// <summary>Gets what the last collection of garbage left.</summary>
    public required double HeapMegabytes { get; init; }

    /// <summary>Gets what the heap had of the system then.</summary>
    public required double CommittedMegabytes { get; init; }

    public required bool IsRight { get; init; }

    public double RequestsPerChunk => (double)Requests / Chunks;
}
