namespace Celerity.History;

/// <summary>Counts durations in buckets that each end 19% above the one before, four to a doubling, so that what was counted apart can be added up.</summary>
/// <remarks>
/// From 1 millisecond to 37 hours. A quantile is told as its bucket's geometric middle: at most 9.1% off the exact one (nearest rank) in that range;
/// what is shorter is told as 1 millisecond, what is longer as 37 hours. Not safe for concurrent use.
/// </remarks>
internal sealed class LogHistogram
{
    /// <summary>How far a quantile can be off, as a share of the exact one: the eighth root of two.</summary>
    public const double MaxError = 0.0906;

    private const double Smallest = 0.001;
    private const int PerDoubling = 4;
    private const int Last = 27 * PerDoubling;

    /// <summary>Gets the counts by bucket. In order: the same counts are the same bytes wherever they are written.</summary>
    public SortedDictionary<int, long> Buckets { get; init; } = [];

    /// <summary>Counts one.</summary>
    public void Record(double seconds)
    {
        var bucket = seconds > Smallest ? (int)Math.Min(Last, Math.Ceiling(PerDoubling * Math.Log2(seconds / Smallest))) : 0;
        Buckets[bucket] = Buckets.GetValueOrDefault(bucket) + 1;
    }

    public void Add(LogHistogram other)
    {
        foreach (var (bucket, count) in other.Buckets)
        {
            Buckets[bucket] = Buckets.GetValueOrDefault(bucket) + count;
        }
    }

    /// <summary>Tells below what a share of the counted durations lies, in seconds; <see langword="null"/> where none was counted.</summary>
    /// <param name="share">Above 0, up to 1.</param>
    public double? Quantile(double share)
    {
        var rank = Math.Ceiling(share * Buckets.Values.Sum());
        var seen = 0L;
        foreach (var (bucket, count) in Buckets)
        {
            seen += count;
            if (seen >= rank)
            {
                return bucket switch
                {
                    0 => Smallest,
                    Last => Smallest * Math.Pow(2, Last / PerDoubling),
                    _ => Smallest * Math.Pow(2, (bucket - 0.5) / PerDoubling),
                };
            }
        }

        return null;
    }
}
