namespace Celerity;

/// <summary>
/// Limits a stage, as <see cref="CelerityTaskAttribute"/> limits a task: the same names, forms and ranges. Put it on the class that implements
/// <see cref="IStage{TPartial, TResult}"/>; configuration, <c>Celerity:Stages:{class}:{setting}</c>, goes over it.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CelerityStageAttribute : Attribute
{
    /// <summary>Gets or sets how many chunks of the stage start in a time, on all instances and in all runs together.</summary>
    /// <value>Such as <c>100/m</c> or <c>10/s burst 50</c>; <see langword="null"/> or empty, the default, for no limit.</value>
    public string? RateLimit { get; set; }

    /// <summary>Gets or sets how much of the rate limit one chunk takes.</summary>
    /// <value>1 to the limit's burst. The default is 1.</value>
    public int RateCost { get; set; } = 1;

    /// <summary>Gets or sets how many chunks of the stage run at once, on all instances and in all runs together.</summary>
    /// <value>1 to 1,000; -1, the default, for no limit.</value>
    public int Concurrency { get; set; } = -1;

    /// <summary>Gets or sets the circuit of what the stage needs.</summary>
    /// <value>1 to 100 of letters, digits, <c>. _ -</c>, without regard to case; <see langword="null"/> or empty, the default, for none.</value>
    public string? Circuit { get; set; }

    /// <summary>Gets or sets how long one attempt of a chunk may take, in seconds. Then its token fires, and the attempt has failed as timed out.</summary>
    /// <value>0.001 to 86,400, cut to the <c>functionTimeout</c> of host.json. The default is 600.</value>
    public double TimeLimitSeconds { get; set; } = 600;
}
