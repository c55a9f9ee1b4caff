namespace Celerity.Benchmarks;

/// <summary>What the scale benchmark measured.</summary>
/// <param name="Sizes">The runs, from the smallest to the largest.</param>
internal sealed record SizeFigures(IReadOnlyList<SizeRun> Sizes)
{
    public bool IsWithinLimits => Sizes.All(size => size.IsRight) && Verdicts.All(verdict => verdict.IsKept);

    /// <summary>Gets what was promised, each of the largest run against the one before it, and whether it was kept.</summary>
    public IReadOnlyList<(string What, bool IsKept)> Verdicts
    {
        get
        {
            var (before, largest) = (Sizes[^2], Sizes[^1]);
            var (requests, events) = (MarginalOf(largest) / MarginalOf(before), (double)largest.HistoryEvents / before.HistoryEvents);
            var (memory, time) = (largest.PeakMegabytes / before.PeakMegabytes, largest.Seconds / largest.Records / (before.Seconds / before.Records));
            return
            [
                ($"Requests a chunk beyond the fixed, within 5 percent: {requests:N3}", Math.Abs(requests - 1) <= 0.05),
                ($"History events, within 5 percent and at most 60: {events:N3}", events <= 1.05 && largest.HistoryEvents <= 60),
                ($"Peak memory, within 20 percent: {memory:N3}", memory <= 1.2),
                ($"Time a record, at most 20 percent more: {time:N3}", time <= 1.2),
            ];
        }
    }

    /// <summary>Requests a chunk beyond those of the smallest run: what planning, the orchestrations and the end of a run take is the same for all.</summary>
    public double MarginalOf(SizeRun size)
    {
        var smallest = Sizes[0];
        return size == smallest ? size.RequestsPerChunk : (double)(size.Requests - smallest.Requests) / (size.Chunks - smallest.Chunks);
    }
}

/// <summary>One run in a process of the app that has done nothing before.</summary>
internal sealed record SizeRun
{
    public required int Records { get; init; }

    public required long Chunks { get; init; }

    /// <summary>Gets the time from its start over HTTP to its result.</summary>
    public required double Seconds { get; init; }

    public required long Requests { get; init; }

    /// <summary>Gets the longest history that any execution of any orchestration had.</summary>
    public required int HistoryEvents { get; init; }

    public required double PeakMegabytes { get; init; }

    public required bool IsRight { get; init; }

    public double RequestsPerChunk => (double)Requests / Chunks;
}
