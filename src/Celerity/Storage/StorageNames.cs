namespace Celerity.Storage;

/// <summary>The names of everything kept in the storage account.</summary>
internal static class StorageNames
{
    public const string HighQueue = "celerity-high";
    public const string DefaultQueue = "celerity-default";
    public const string LowQueue = "celerity-low";
    public const string ChunksQueue = "celerity-chunks";

    /// <summary>What follows the first chunks of a large stage. What is held of it lies with <see cref="ChunksQueue"/>'s.</summary>
    public const string BulkQueue = "celerity-chunks-bulk";

    public const string HeldSuffix = "-held";
    public const string PoisonSuffix = "-poison";

    public const string TasksTable = "CelerityTasks";
    public const string RunsTable = "CelerityRuns";
    public const string LedgerTable = "CelerityLedger";
    public const string DeadLettersTable = "CelerityDeadLetters";
    public const string ControlTable = "CelerityControl";
    public const string KeysTable = "CelerityKeys";
    public const string ScheduledTable = "CelerityScheduled";
    public const string LimitsTable = "CelerityLimits";
    public const string WorkersTable = "CelerityWorkers";
    public const string SchedulesTable = "CeleritySchedules";
    public const string FiguresTable = "CelerityFigures";
    public const string HistoryTable = "CelerityHistory";
    public const string AlertsTable = "CelerityAlerts";

    public const string ManifestsContainer = "celerity-manifests";
    public const string PayloadsContainer = "celerity-payloads";
    public const string ResultsContainer = "celerity-results";
    public const string RejectsContainer = "celerity-rejects";
    public const string OutputsContainer = "celerity-outputs";
    public const string DeadLettersContainer = "celerity-deadletters";
    public const string CeleryContainer = "celerity-celery";

    /// <summary>Gets the queues that can be paused; functions listen to them, and each has a <see cref="HeldSuffix"/> and a <see cref="PoisonSuffix"/> sibling.</summary>
    public static IReadOnlyList<string> WorkQueues { get; } = [HighQueue, DefaultQueue, LowQueue, ChunksQueue];

    /// <summary>Gets every queue: the work queues and their siblings, and that of the bulk.</summary>
    public static IReadOnlyList<string> Queues { get; } = [.. WorkQueues.SelectMany(WithSiblings), BulkQueue, BulkQueue + PoisonSuffix];

    /// <summary>A queue, where its messages are held, and where the host puts what it gave up on.</summary>
    public static IEnumerable<string> WithSiblings(string queue) => [queue, queue + HeldSuffix, queue + PoisonSuffix];

    /// <summary>Whether a queue holds work, rather than what is held of it or what the host gave up on.</summary>
    public static bool IsWorkQueue(string queue) =>
        !queue.EndsWith(HeldSuffix, StringComparison.Ordinal) && !queue.EndsWith(PoisonSuffix, StringComparison.Ordinal);

    public static IReadOnlyList<string> Tables { get; } = [TasksTable, RunsTable, LedgerTable, DeadLettersTable, ControlTable, KeysTable, ScheduledTable, LimitsTable, WorkersTable, SchedulesTable, FiguresTable, HistoryTable, AlertsTable];

    public static IReadOnlyList<string> Containers { get; } =
        [ManifestsContainer, PayloadsContainer, ResultsContainer, RejectsContainer, OutputsContainer, DeadLettersContainer, CeleryContainer];
}
