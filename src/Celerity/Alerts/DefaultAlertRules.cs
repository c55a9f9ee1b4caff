using System.Globalization;

namespace Celerity.Alerts;

/// <summary>The rules as they ship.</summary>
internal static class DefaultAlertRules
{
    private const double Many = 1e9;
    private const double Day = 86_400;
    private const double Week = 7 * Day;

    /// <summary>Gets the rules. infra/prometheus and infra/modules/alerts.bicep have the same.</summary>
    public static IReadOnlyList<AlertRule> All { get; } =
    [
        new("TasksDie", AlertKind.FailureRate, 0.05, 10, AlertSeverity.Critical, "share", "`celerity dead groups` shows the causes, `celerity dead replay` runs them again.")
        {
            LargestThreshold = 0.99,
            Say = (task, share) => Text($"{share * 100:0.#} percent of {task} end as dead letters."),
        },
        new("DeadLettersGrow", AlertKind.DeadLetterGrowth, 100, 0, AlertSeverity.Warning, "letters", "`celerity dead groups` shows the causes.")
        {
            LargestThreshold = Many,
            Say = (task, count) => Text($"{count:N0} dead letters of {task} within an hour."),
        },
        new("BacklogIsLong", AlertKind.BacklogLength, 10_000, 10, AlertSeverity.Warning, "messages", "More comes in than the instances take, or they do not run.")
        {
            LargestThreshold = Many,
            Say = (queue, count) => Text($"{count:N0} messages wait on {queue}."),
        },
        new("BacklogIsOld", AlertKind.BacklogAge, 300, 5, AlertSeverity.Critical, "s", "Nobody takes it: is the app running, is the queue paused (`GET /api/pauses`)?")
        {
            LargestThreshold = Week,
            Say = (queue, seconds) => $"The next message of {queue} is {Length(seconds)} old.",
        },
        new("PoisonQueueFills", AlertKind.PoisonQueue, 0, 15, AlertSeverity.Warning, "messages", "Maintenance empties poison queues every minute; that they stay means that it does not run.")
        {
            LargestThreshold = Many,
            Say = (queue, count) => Text($"{count:N0} messages stay on {queue}."),
        },
        new("TasksAreSlow", AlertKind.Duration, 60, 15, AlertSeverity.Warning, "s", "The 95th percentile of the attempts of the last 10 minutes.")
        {
            LargestThreshold = Day,
            Say = (task, seconds) => $"One of twenty attempts of {task} takes longer than {Length(seconds)}.",
        },
        new("CircuitIsOpen", AlertKind.OpenCircuit, 0, 5, AlertSeverity.Warning, "flag", "What it stands for fails; tasks that need it are held and run once it is closed (`GET /api/circuits`).")
        {
            LargestThreshold = 0,
            Say = (circuit, _) => $"The circuit {circuit} is open.",
        },
        new("RunStalls", AlertKind.StalledRun, 0, 5, AlertSeverity.Warning, "s", "`celerity runs show` tells its oldest chunk; is its queue paused, is a circuit open?")
        {
            LargestThreshold = Week,
            Say = (run, seconds) => $"The run {run} has not moved for {Length(seconds)}.",
        },
        new("WorkerIsSilent", AlertKind.SilentWorker, 0, 2, AlertSeverity.Warning, "s", "It died without a word, or cannot reach the storage account. What it ran is run again by others (`GET /api/workers`).")
        {
            LargestThreshold = Day,
            Say = (worker, seconds) => $"The worker {worker} has not been heard of for {Length(seconds)}.",
        },
        new("ScheduleIsLate", AlertKind.LateSchedule, 300, 0, AlertSeverity.Warning, "s", "The schedule timer runs late: does an instance run at all times (`GET /api/schedules`)?")
        {
            LargestThreshold = Week,
            Say = (schedule, seconds) => $"The schedule {schedule} is {Length(seconds)} late.",
        },
        new("IsNotMeasured", AlertKind.NotMeasured, 0, 10, AlertSeverity.Critical, "flag", "Looking at the queues fails each minute; the log says why. Rules that need figures rest.")
        {
            LargestThreshold = 0,
            Say = (_, _) => "Nobody measures the queues.",
        },
    ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Length(double seconds) => seconds switch
    {
        < 120 => Text($"{seconds:0.#} s"),
        < 7200 => Text($"{seconds / 60:0.#} min"),
        _ => Text($"{seconds / 3600:0.#} h"),
    };
}
