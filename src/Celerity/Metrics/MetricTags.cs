namespace Celerity.Metrics;

/// <summary>The attributes of metrics and their values: snake_case, as OpenTelemetry writes them.</summary>
internal static class MetricTags
{
    public const string Task = "celerity.task.name";
    public const string Queue = "celerity.queue.name";
    public const string Stage = "celerity.stage.name";
    public const string Outcome = "celerity.outcome";
    public const string Pipeline = "celerity.pipeline.name";
    public const string Schedule = "celerity.schedule.name";
    public const string Circuit = "celerity.circuit.name";
    public const string LetterGroup = "celerity.dead_letter.group";
    public const string Reason = "celerity.reason";
    public const string Error = "error.type";

    /// <summary>The outcome of an attempt that failed, whatever became of its task.</summary>
    public const string Failed = "failed";

    public static string Of(TaskEventKind end) => end switch
    {
        TaskEventKind.Succeeded => "succeeded",
        TaskEventKind.DeadLettered => "dead_lettered",
        TaskEventKind.Revoked => "revoked",
        TaskEventKind.Expired => "expired",
        TaskEventKind.Discarded => "discarded",
        _ => throw new InvalidOperationException($"{end} is no end."),
    };

    public static string Of(RunState end) => end switch
    {
        RunState.Succeeded => "succeeded",
        RunState.SucceededWithErrors => "succeeded_with_errors",
        RunState.Failed => "failed",
        RunState.Cancelled => "cancelled",
        _ => throw new InvalidOperationException($"{end} is no end."),
    };

    public static string Of(DeferralReason reason) => reason switch
    {
        DeferralReason.NotDue => "not_due",
        DeferralReason.Snoozed => "snoozed",
        DeferralReason.Paused => "paused",
        DeferralReason.CircuitOpen => "circuit_open",
        DeferralReason.Concurrency => "concurrency",
        DeferralReason.RateLimit => "rate_limit",
        DeferralReason.Stopping => "stopping",
        _ => throw new InvalidOperationException($"{reason} is no reason."),
    };

    public static string Of(ErrorCategory? category) => category switch
    {
        null => "none",
        ErrorCategory.TimedOut => "timed_out",
        ErrorCategory.DependencyDown => "dependency_down",
        { } known => known.ToString().ToLowerInvariant(),
    };
}
