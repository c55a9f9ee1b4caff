namespace Celerity.Stages;

/// <summary>How stages are cut, spread and watched.</summary>
internal sealed class StageOptions
{
    /// <summary>Gets or sets how many chunks travel in one message at most.</summary>
    /// <value>1 to 32. The default is 32.</value>
    public int ChunksPerSlice { get; set; } = StageLayout.MaxChunksPerSlice;

    /// <summary>Gets or sets how many chunks of one stage are on the queue or being processed at once, about; so one giant run does not starve the rest.</summary>
    /// <value>1 and up. The default is 2,048.</value>
    public int MaxInFlightChunks { get; set; } = 2048;

    /// <summary>Gets or sets how many chunks of all runs together are in flight, about: a large stage that is planned while there are more is given less of a window.</summary>
    /// <value>1 and up. The default is 16,384.</value>
    public int MaxInFlightChunksOfAllRuns { get; set; } = 16_384;

    /// <summary>Gets or sets how many chunks of a stage, from the first on, do not wait behind those of large stages; and how large a window each stage has at least.</summary>
    /// <value>0 and up. The default is 512: more than a process takes from the queue at once, and they would wait behind one another there.</value>
    public int FirstChunks { get; set; } = 512;

    /// <summary>Gets or sets how many chunks one ledger page holds: what counting a page costs.</summary>
    /// <value>32 to 1,000. The default is 256.</value>
    public int ChunksPerPage { get; set; } = 256;

    /// <summary>Gets or sets how many chunks a stage may have.</summary>
    /// <value>1 to 1,000,000, which is the default.</value>
    public int MaxChunks { get; set; } = 1_000_000;

    /// <summary>Gets or sets how large the copy may be that is made of a dataset that cannot be read by range: what a small gzip may grow to.</summary>
    /// <value>1 MiB to 128 GiB. The default is 4 GiB.</value>
    public long MaxStagedBytes { get; set; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Gets or sets how long one planning step may take before it hands on its cursor.</summary>
    public TimeSpan PlanStep { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long one combining step may take before it hands on its cursor.</summary>
    public TimeSpan CombineStep { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how often a stage looks after its slices while no event comes.</summary>
    /// <value>1 second and up. The default is 1 minute.</value>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets after how long a slice that has not ended is sent again; it doubles each time. Keep it above the lease, the longest chunk and the longest backoff.</summary>
    /// <value>1 second and up. The default is 15 minutes.</value>
    public TimeSpan RepublishAfter { get; set; } = TimeSpan.FromMinutes(15);
}
