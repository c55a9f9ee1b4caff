namespace Celerity;

/// <summary>
/// The settings of one task. They start as its <see cref="CelerityTaskAttribute"/> says; code changes them by <c>ConfigureTask&lt;T&gt;</c>, and
/// configuration, <c>Celerity:Tasks:{name}:{setting}</c>, changes them last.
/// </summary>
public sealed class CelerityTaskOptions
{
    internal CelerityTaskOptions(string queue) => Queue = queue;

    /// <summary>Gets or sets the queue.</summary>
    public string Queue { get; set; }

    /// <summary>Gets or sets how many attempts a task has.</summary>
    /// <value>1 to 1,000.</value>
    public int MaxAttempts { get; set; }

    /// <summary>Gets or sets the first backoff's upper bound; it doubles with each attempt.</summary>
    /// <value>1 ms to 1 day.</value>
    public TimeSpan Backoff { get; set; }

    /// <summary>Gets or sets the upper bound of any backoff.</summary>
    /// <value><see cref="Backoff"/> to 6 days.</value>
    public TimeSpan MaxBackoff { get; set; }

    /// <summary>Gets or sets how long after its first failure a task is still tried again.</summary>
    /// <value>0 for as long as it has attempts, at most 365 days.</value>
    public TimeSpan MaxElapsed { get; set; }

    /// <summary>Gets or sets after how long <see cref="TaskContext.SoftLimit"/> fires.</summary>
    /// <value>0 for never; else less than <see cref="TimeLimit"/>.</value>
    public TimeSpan SoftTimeLimit { get; set; }

    /// <summary>Gets or sets how long one attempt may take.</summary>
    /// <value>1 ms to 1 day, and no longer than the <c>functionTimeout</c> of host.json.</value>
    public TimeSpan TimeLimit { get; set; }

    /// <summary>Gets or sets how long a task's result is kept after its end.</summary>
    /// <value>1 second to 3,650 days.</value>
    public TimeSpan ResultTtl { get; set; }

    /// <summary>Gets or sets how long after a task's end its stored result answers sends of the same payload.</summary>
    /// <value>0 for no cache; else at most <see cref="ResultTtl"/>.</value>
    public TimeSpan Cache { get; set; }

    /// <summary>Gets or sets how many of the task may start in a time, on all instances together.</summary>
    /// <value>Such as <c>100/m</c> or <c>10/s burst 50</c>; <see langword="null"/> or empty for no limit.</value>
    public string? RateLimit { get; set; }

    /// <summary>Gets or sets the same for each <see cref="EnqueueOptions.LimitKey"/>.</summary>
    /// <value>As <see cref="RateLimit"/>.</value>
    public string? RateLimitPerKey { get; set; }

    /// <summary>Gets or sets how much of the rate limits one task takes.</summary>
    /// <value>1 to the limits' burst.</value>
    public int RateCost { get; set; } = 1;

    /// <summary>Gets or sets how many of the task may run at once, on all instances together.</summary>
    /// <value>1 to 1,000; -1 for no limit.</value>
    public int Concurrency { get; set; } = -1;

    /// <summary>Gets or sets the same for each <see cref="EnqueueOptions.LimitKey"/>.</summary>
    /// <value>As <see cref="Concurrency"/>.</value>
    public int ConcurrencyPerKey { get; set; } = -1;

    /// <summary>Gets or sets how many tasks one call of an <see cref="IBatchHandler{TTask}"/> is given at most.</summary>
    /// <value>1 to 10,000.</value>
    public int BatchSize { get; set; }

    /// <summary>Gets or sets how long the first task of a batch waits for it to fill.</summary>
    /// <value>1 ms to 1 minute, and less than the <c>functionTimeout</c> of host.json. A batch's time limit is cut to what the wait leaves of that.</value>
    public TimeSpan BatchWait { get; set; }

    /// <summary>Gets or sets the circuit of what the task needs.</summary>
    /// <value>1 to 100 of letters, digits, <c>. _ -</c>, without regard to case; <see langword="null"/> or empty for none.</value>
    public string? Circuit { get; set; }

    /// <summary>Gets or sets how much is stored of a task.</summary>
    public TaskTracking Tracking { get; set; }

    /// <summary>Gets or sets the wait after a failed attempt, in place of the backoff: given the attempt that failed, 1 on the first; <see langword="null"/> to give up.</summary>
    /// <value>What the other side asked for (Retry-After) still counts where it is longer. Code only.</value>
    public Func<int, TimeSpan?>? RetryDelay { get; set; }

    /// <summary>Gets or sets what tells a failure's category; <see langword="null"/> from it leaves the choice to the rules. Code only.</summary>
    public Func<Exception, ErrorCategory?>? Classifier { get; set; }

    internal List<ErrorRule> Rules { get; } = [];

    /// <summary>Retries on an exception type and those derived from it; the rule for the nearest type counts, and here before the attribute.</summary>
    /// <typeparam name="TException">The exception.</typeparam>
    public CelerityTaskOptions RetryOn<TException>()
        where TException : Exception
    {
        Rules.Insert(0, new ErrorRule(typeof(TException), ErrorCategory.Transient));
        return this;
    }

    /// <summary>Gives a task up at once on an exception type and those derived from it.</summary>
    /// <typeparam name="TException">The exception.</typeparam>
    public CelerityTaskOptions FailOn<TException>()
        where TException : Exception
    {
        Rules.Insert(0, new ErrorRule(typeof(TException), ErrorCategory.Permanent));
        return this;
    }
}
