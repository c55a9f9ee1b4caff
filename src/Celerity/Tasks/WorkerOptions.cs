using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>How one process of the app works.</summary>
internal sealed class WorkerOptions
{
    /// <summary>Gets or sets how many tasks of one message run at once. Messages run beside each other as host.json says.</summary>
    /// <value>1 to 1,000. The default is the number of cores.</value>
    public int PackParallelism { get; set; } = Environment.ProcessorCount;

    /// <summary>Gets or sets how many tasks this process runs at once; what is more waits by its queue's priority.</summary>
    /// <value>1 to 10,000. The default, <see langword="null"/>, is 32 for each task of one message that runs at once: more than one queue brings, less than three do.</value>
    public int? Concurrency { get; set; }

    /// <summary>Gets what is in force of <see cref="Concurrency"/>.</summary>
    public int MostAtOnce => Concurrency ?? 32 * PackParallelism;

    /// <summary>Gets or sets from which level on the lines of an attempt are kept with its task.</summary>
    /// <value>A level's name; <see cref="LogLevel.None"/> for no lines. The default is <see cref="LogLevel.Information"/>.</value>
    public LogLevel TaskLogLevel { get; set; } = LogLevel.Information;

    /// <summary>Gets or sets after how many attempts the process is recycled.</summary>
    /// <value>1 or more; <see langword="null"/>, the default, for never.</value>
    public int? RecycleAfterTasks { get; set; }

    /// <summary>Gets or sets above how many megabytes of working set it is recycled.</summary>
    /// <value>64 or more; <see langword="null"/>, the default, for never.</value>
    public int? RecycleAboveMegabytes { get; set; }

    /// <summary>Gets or sets after what time it is recycled; each process adds up to a tenth by chance, so that they do not all end at once.</summary>
    /// <value>1 minute to 365 days; <see langword="null"/>, the default, for never.</value>
    public TimeSpan? RecycleAfter { get; set; }

    /// <summary>Gets or sets above how many handlers that ignored their tokens it is recycled, where one of the other limits is set.</summary>
    /// <value>0 or more. The default is 5.</value>
    public int RecycleAboveZombies { get; set; } = 5;

    /// <summary>Gets or sets how long what runs may go on before a recycled process ends; what runs even then is stopped as at any shutdown.</summary>
    /// <value>0 to 1 day. The default is 1 minute.</value>
    public TimeSpan RecycleGrace { get; set; } = TimeSpan.FromMinutes(1);
}
