namespace Celerity.Runs.Purging;

/// <summary>How runs are kept.</summary>
internal sealed class RunOptions
{
    /// <summary>Gets or sets how long a run is kept after its end, with all that it wrote.</summary>
    /// <value>1 minute to 3,650 days; 0 for ever. The default is 30 days.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Gets or sets after how long without a chunk that ends a run counts as stalled: longer than the longest chunk takes.</summary>
    /// <value>1 minute to 7 days. The default is 15 minutes.</value>
    public TimeSpan StalledAfter { get; set; } = TimeSpan.FromMinutes(15);
}
