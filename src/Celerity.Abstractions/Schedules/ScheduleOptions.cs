namespace Celerity;

/// <summary>
/// When a task is sent or a pipeline is started by itself. Set by <c>AddCelerity().AddSchedule</c> or <c>Celerity:Schedules:{name}</c>, checked at
/// start; or by <c>PUT /api/schedules/{name}</c> while the app runs.
/// </summary>
public sealed class ScheduleOptions
{
    /// <summary>Gets or sets the due times as a cron expression.</summary>
    /// <value>
    /// Five fields (minute, hour, day of month, month, day of week) or six (seconds first), or a word such as <c>@daily</c>, as Cronos reads them.
    /// Either this or <see cref="Every"/>.
    /// </value>
    public string? Cron { get; set; }

    /// <summary>Gets or sets the time between two due times.</summary>
    /// <value>1 second to 366 days, counted from <see cref="StartAt"/>, or from the midnight that 1970 began with in UTC. Either this or <see cref="Cron"/>.</value>
    public TimeSpan? Every { get; set; }

    /// <summary>Gets or sets the time zone that <see cref="Cron"/> is meant in.</summary>
    /// <value>An IANA name such as <c>Europe/Berlin</c>. The default, <see langword="null"/>, is UTC.</value>
    public string? TimeZone { get; set; }

    /// <summary>Gets or sets by how much firings are spread: each due time is put off by its own part of it, the same on every instance.</summary>
    /// <value>0, the default, to 1 day, and shorter than the time between two due times.</value>
    public TimeSpan Jitter { get; set; }

    /// <summary>Gets or sets the first instant at which it may be due.</summary>
    /// <value>The default, <see langword="null"/>, is as soon as the schedule is in force.</value>
    public DateTimeOffset? StartAt { get; set; }

    /// <summary>Gets or sets the last instant at which it may be due.</summary>
    /// <value>The default, <see langword="null"/>, is never to end. Not before <see cref="StartAt"/>.</value>
    public DateTimeOffset? EndAt { get; set; }

    /// <summary>Gets or sets whether it fires at all. The default is <see langword="true"/>.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets what it does while what it fired last has not ended. The default is <see cref="OverlapPolicy.Skip"/>.</summary>
    public OverlapPolicy Overlap { get; set; }

    /// <summary>Gets or sets what it does about missed due times. The default is <see cref="MissedPolicy.RunOnce"/>.</summary>
    public MissedPolicy Missed { get; set; }

    /// <summary>Gets or sets for how many missed due times it fires under <see cref="MissedPolicy.RunAll"/>.</summary>
    /// <value>1 to 1,000. The default is 100.</value>
    public int MaxMissed { get; set; } = 100;

    /// <summary>Gets or sets the name of the task that is sent. Either this or <see cref="Pipeline"/>.</summary>
    public string? Task { get; set; }

    /// <summary>Gets or sets the name of the pipeline that is started. Either this or <see cref="Task"/>.</summary>
    public string? Pipeline { get; set; }

    /// <summary>Gets or sets the task's payload or the pipeline's request.</summary>
    /// <value>JSON of at most 30,000 characters. The default, <see langword="null"/>, is <c>{}</c>.</value>
    public string? Payload { get; set; }
}
