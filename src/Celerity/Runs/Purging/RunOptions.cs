namespace Celerity.Runs.Purging;

/// <summary>How runs are kept.</summary>
internal sealed class RunOptions
{
    /// <summary>Gets or sets how long a run is kept after its end, with all that it wrote.</summary>
    /// <value>1 minute to 3,650 days; 0 for ever. The default is 30 days.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);
}
