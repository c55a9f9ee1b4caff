namespace Celerity.Tasks;

/// <summary>How one process runs tasks. Bound from <c>Celerity:Worker</c>.</summary>
internal sealed class WorkerOptions
{
    /// <summary>Gets or sets how many tasks of one message run at once. Messages run beside each other as host.json says.</summary>
    /// <value>1 to 1,000. The default is the number of cores.</value>
    public int PackParallelism { get; set; } = Environment.ProcessorCount;
}
