namespace Celerity;

/// <summary>How a task is sent to Celery workers.</summary>
public sealed class CelerySendOptions
{
    /// <summary>Gets or sets the task's id.</summary>
    /// <value>1 to 100 characters. The default, <see langword="null"/>, is a new one. Sent again, the same id is run again: workers do not compare.</value>
    public string? TaskId { get; set; }

    /// <summary>Gets or sets how long from now the task waits, Celery's <c>countdown</c>.</summary>
    /// <value>0 and up; the default is 0. Up to 6 days it waits hidden on the queue, and only then in the memory of a worker.</value>
    public TimeSpan Delay { get; set; }

    /// <summary>Gets or sets the time from which on it is not worth running.</summary>
    /// <value>In the future. The default, <see langword="null"/>, is never.</value>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Gets or sets after what the worker kills it.</summary>
    /// <value>Above 0. The default, <see langword="null"/>, is the worker's own limit.</value>
    public TimeSpan? TimeLimit { get; set; }

    /// <summary>Gets or sets after what the worker raises <c>SoftTimeLimitExceeded</c> in it.</summary>
    /// <value>Above 0. The default, <see langword="null"/>, is the worker's own limit.</value>
    public TimeSpan? SoftTimeLimit { get; set; }

    /// <summary>Gets or sets whether the worker stores no result.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool IgnoreResult { get; set; }

    /// <summary>Gets or sets texts that travel with the task, as members of its request.</summary>
    /// <value>The default is none. Celery's own names, such as <c>id</c>, are passed over.</value>
    public IReadOnlyDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();
}
