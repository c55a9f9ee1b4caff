namespace Celerity;

/// <summary>Names a task type on the wire and sets how it is retried.</summary>
/// <param name="name">The task's name: 1 to 100 of letters, digits, <c>. _ -</c>; unique in the app without regard to case.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class CelerityTaskAttribute(string name) : Attribute
{
    /// <summary>Gets the name.</summary>
    public string Name { get; } = name;

    /// <summary>Gets or sets the queue.</summary>
    /// <value>One of <c>celerity-high</c>, <c>celerity-default</c> (the default), <c>celerity-low</c>, or a queue of the app's own.</value>
    public string Queue { get; set; } = "celerity-default";

    /// <summary>Gets or sets how many attempts a task has.</summary>
    /// <value>1 to 1,000. The default is 5.</value>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>Gets or sets the first backoff's upper bound, in seconds; it doubles with each attempt.</summary>
    /// <value>0.001 to 86,400. The default is 2.</value>
    public double BackoffSeconds { get; set; } = 2;

    /// <summary>Gets or sets the upper bound of any backoff, in seconds.</summary>
    /// <value>At least <see cref="BackoffSeconds"/>, at most 518,400 (6 days). The default is 600.</value>
    public double MaxBackoffSeconds { get; set; } = 600;

    /// <summary>Gets or sets how long one attempt may take, in seconds. Then its token fires and the attempt counts as timed out.</summary>
    /// <value>0.001 to 86,400. The default is 600.</value>
    /// <remarks>.NET code cannot be aborted: a handler that ignores its token goes on, but nothing that it returns counts any more.</remarks>
    public double TimeLimitSeconds { get; set; } = 600;

    /// <summary>Gets or sets after how long <see cref="TaskContext.SoftLimit"/> fires, in seconds: time to wrap up before the time limit.</summary>
    /// <value>0 (the default) for never; else less than <see cref="TimeLimitSeconds"/>.</value>
    public double SoftTimeLimitSeconds { get; set; }

    /// <summary>Gets or sets how long after its first failure a task is still tried again, in seconds.</summary>
    /// <value>0 (the default) for as long as it has attempts.</value>
    public double MaxElapsedSeconds { get; set; }

    /// <summary>Gets or sets how long a task's result is kept after its end, in seconds.</summary>
    /// <value>1 to 315,360,000 (10 years). The default is 604,800 (7 days).</value>
    /// <remarks>The task's rows are kept 7 days at least, so that a late copy of its message finds that it has ended; from this time on they show no result.</remarks>
    public double ResultTtlSeconds { get; set; } = 604_800;

    /// <summary>Gets or sets how long a stored result answers sends of the same payload, in seconds after the task's end; at most one of a payload waits or runs meanwhile.</summary>
    /// <value>0 (the default) for no cache; else at most <see cref="ResultTtlSeconds"/>.</value>
    /// <remarks>
    /// Such a send returns the id of the earlier task. A send with a key or a wait, or with <see cref="EnqueueOptions.SkipCache"/>, goes past the
    /// cache, and so do prepared tasks and those of groups and chains. Headers, tags and queue are no part of what is compared.
    /// </remarks>
    public double CacheSeconds { get; set; }

    /// <summary>Gets or sets how many tasks one call of an <see cref="IBatchHandler{TTask}"/> is given at most. Other handlers are given one.</summary>
    /// <value>1 to 10,000. The default is 20.</value>
    /// <remarks>What the app can never have in flight at once stops its start (CEL0218, <c>docs/batches.md</c>).</remarks>
    public int BatchSize { get; set; } = 20;

    /// <summary>Gets or sets how long the first task of a batch waits for it to fill, in seconds.</summary>
    /// <value>0.001 to 60. The default is 1.</value>
    public double BatchWaitSeconds { get; set; } = 1;

    /// <summary>Gets or sets how much is stored of a task.</summary>
    /// <value>The default is <see cref="TaskTracking.Full"/>.</value>
    public TaskTracking Tracking { get; set; } = TaskTracking.Full;

    /// <summary>Gets or sets how many of the task may start in a time, on all instances together.</summary>
    /// <value>Such as <c>100/m</c> or <c>10/s burst 50</c>: per s, m, h or d; the burst is what may start at once after a rest, by default what the rate gives in a second. <see langword="null"/> (the default) for no limit.</value>
    /// <remarks>A task that has to wait for more than 2 seconds is deferred once, to the instant that is reserved for it; that costs no attempt.</remarks>
    public string? RateLimit { get; set; }

    /// <summary>Gets or sets the same for each <see cref="EnqueueOptions.LimitKey"/>.</summary>
    /// <value>As <see cref="RateLimit"/>.</value>
    public string? RateLimitPerKey { get; set; }

    /// <summary>Gets or sets how much of the rate limits one task takes.</summary>
    /// <value>1 (the default) to the limits' burst.</value>
    public int RateCost { get; set; } = 1;

    /// <summary>Gets or sets how many of the task may run at once, on all instances together. 1 is a mutex.</summary>
    /// <value>1 to 1,000; -1 (the default) for no limit.</value>
    public int Concurrency { get; set; } = -1;

    /// <summary>Gets or sets the same for each <see cref="EnqueueOptions.LimitKey"/>.</summary>
    /// <value>As <see cref="Concurrency"/>.</value>
    public int ConcurrencyPerKey { get; set; } = -1;

    /// <summary>Gets or sets the circuit of what the task needs, such as a service. Tasks that need the same thing name the same circuit.</summary>
    /// <value>1 to 100 of letters, digits, <c>. _ -</c>, without regard to case; <see langword="null"/> (the default) for none.</value>
    /// <remarks>When many attempts of its tasks fail, it opens: its tasks are held, at no attempt, until a few that are let through as probes succeed.</remarks>
    public string? Circuit { get; set; }
}
