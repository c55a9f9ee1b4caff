using Microsoft.DurableTask.Converters;

namespace Microsoft.DurableTask.Worker;

/// <summary>How a worker runs its tasks.</summary>
public class DurableTaskWorkerOptions
{
    private VersioningOptions? _versioning;

    /// <summary>What happens to an orchestration whose version does not match.</summary>
    public enum VersionFailureStrategy
    {
        /// <summary>It is left to another worker.</summary>
        Reject = 0,

        /// <summary>It fails.</summary>
        Fail = 1,
    }

    /// <summary>Which versions of orchestrations a worker runs.</summary>
    public enum VersionMatchStrategy
    {
        None = 0,
        Strict = 1,
        CurrentOrOlder = 2,
    }

    /// <summary>Gets or sets how inputs and results are written; it must be the clients' way too.</summary>
    public DataConverter DataConverter { get; set; } = JsonDataConverter.Default;

    public bool EnableEntitySupport { get; set; }

    /// <summary>Gets or sets the longest single timer; longer ones are made of several. The default is 3 days.</summary>
    public TimeSpan MaximumTimerInterval { get; set; } = TimeSpan.FromDays(3);

    public ConcurrencyOptions Concurrency { get; } = new();

    public LoggingOptions Logging { get; } = new();

    public VersioningOptions? Versioning
    {
        get => _versioning;
        set
        {
            _versioning = value;
            IsVersioningSet = true;
        }
    }

    public bool IsVersioningSet { get; private set; }

    [Obsolete("Experimental")]
    public IOrchestrationFilter? OrchestrationFilter { get; set; }

    internal void CopyTo(DurableTaskWorkerOptions other)
    {
        other.DataConverter = DataConverter;
        other.EnableEntitySupport = EnableEntitySupport;
        other.MaximumTimerInterval = MaximumTimerInterval;
        other.Concurrency.MaximumConcurrentActivityWorkItems = Concurrency.MaximumConcurrentActivityWorkItems;
        other.Concurrency.MaximumConcurrentEntityWorkItems = Concurrency.MaximumConcurrentEntityWorkItems;
        other.Concurrency.MaximumConcurrentOrchestrationWorkItems = Concurrency.MaximumConcurrentOrchestrationWorkItems;
        other.Logging.UseLegacyCategories = Logging.UseLegacyCategories;
#pragma warning disable CS0618 // Copied, whoever uses it.
        other.OrchestrationFilter = OrchestrationFilter;
#pragma warning restore CS0618
        if (IsVersioningSet)
        {
            other.Versioning = Versioning;
        }
    }

    /// <summary>How many tasks run at once. The default of each is 100 a core.</summary>
    public class ConcurrencyOptions
    {
        public int MaximumConcurrentActivityWorkItems { get; set; } = 100 * Environment.ProcessorCount;

        public int MaximumConcurrentOrchestrationWorkItems { get; set; } = 100 * Environment.ProcessorCount;

        public int MaximumConcurrentEntityWorkItems { get; set; } = 100 * Environment.ProcessorCount;
    }

    /// <summary>Under which categories the worker logs.</summary>
    public class LoggingOptions
    {
        public bool UseLegacyCategories { get; set; } = true;
    }

    /// <summary>Which version this worker is, and which it runs.</summary>
    public class VersioningOptions
    {
        public string Version { get; set; } = string.Empty;

        /// <summary>Gets or sets the version of sub-orchestrations that are called without one.</summary>
        public string DefaultVersion { get; set; } = string.Empty;

        public VersionMatchStrategy MatchStrategy { get; set; } = VersionMatchStrategy.None;

        public VersionFailureStrategy FailureStrategy { get; set; } = VersionFailureStrategy.Reject;
    }
}
