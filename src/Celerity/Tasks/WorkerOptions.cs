namespace Celerity.Tasks;

/// <summary>How one process runs tasks. Bound from <c>Celerity:Worker</c>.</summary>
internal sealed class WorkerOptions
{
    /// <summary>Gets or sets how many tasks of one message run at once. Messages run beside each other as host.json says.</summary>
    /// <value>1 to 1,000. The default is the number of cores.</value>
    public int PackParallelism { get; set; } = Environment.ProcessorCount;

    /// <summary>Gets or sets how many tasks this process runs at once; what is more waits by its queue's priority.</summary>
    /// <value>1 to 10,000. The default is 32 for each task of one message that runs at once: more than one queue brings, less than three do.</value>
    public int Concurrency
    {
        get => field > 0 ? field : 32 * PackParallelism;
        set;
    }
}
