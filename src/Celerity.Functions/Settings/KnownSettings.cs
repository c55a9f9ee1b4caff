using Celerity.Celery;
using Celerity.Costs;
using Celerity.DeadLetters;
using Celerity.Functions.Telemetry;
using Celerity.History;
using Celerity.Runs.Purging;
using Celerity.Stages;
using Celerity.Tasks;

namespace Celerity.Functions.Settings;

/// <summary>The settings of an app that have fixed names. Those of tasks, stages, circuits, schedules and webhooks have the names of what they set.</summary>
internal static class KnownSettings
{
    /// <summary>Gets the beginning of the keys by which app settings override host.json.</summary>
    public const string HostJson = "AzureFunctionsJobHost:";

    /// <summary>Gets them, in the order of the pages that explain them.</summary>
    public static IReadOnlyList<KnownSetting> All { get; } =
    [
        KnownSetting.Of<SendingOptions>("Celerity:Sending", nameof(SendingOptions.MaxPayloadBytes), "The largest payload in bytes, as written and as unpacked."),
        KnownSetting.Of<SendingOptions>("Celerity:Sending", nameof(SendingOptions.Compression), "How large payloads are compressed."),
        KnownSetting.Of<SendingOptions>("Celerity:Sending", nameof(SendingOptions.CompressAboveBytes), "From how many bytes on payloads are compressed."),
        KnownSetting.Of<SendingOptions>("Celerity:Sending", nameof(SendingOptions.ParallelPackCount), "How many packs of one bulk send are on their way at once."),
        KnownSetting.Of<SigningOptions>("Celerity:Signing", nameof(SigningOptions.KeyId), "The id of the key that messages are signed with."),
        KnownSetting.Of<WorkerOptions>("Celerity:Worker", nameof(WorkerOptions.PackParallelism), "How many tasks of one message a process runs at once."),
        KnownSetting.Of<WorkerOptions>("Celerity:Worker", nameof(WorkerOptions.Concurrency), "How many tasks a process runs at once; without it 32 times PackParallelism."),
        KnownSetting.Of<WorkerOptions>("Celerity:Worker", nameof(WorkerOptions.TaskLogLevel), "From which level on what a task logs is kept with it; None for nothing."),
        KnownSetting.Of<WorkerOptions>("Celerity:Worker", nameof(WorkerOptions.RecycleAfterTasks), "After how many attempts a process is recycled."),
        KnownSetting.Of<WorkerOptions>("Celerity:Worker", nameof(WorkerOptions.RecycleAboveMegabytes), "Above what working set in megabytes a process is recycled."),
        KnownSetting.Of<WorkerOptions>("Celerity:Worker", nameof(WorkerOptions.RecycleAfter), "After what time a process is recycled."),
        KnownSetting.Of<WorkerOptions>("Celerity:Worker", nameof(WorkerOptions.RecycleAboveZombies), "Above how many handlers that ignored their tokens it is recycled."),
        KnownSetting.Of<WorkerOptions>("Celerity:Worker", nameof(WorkerOptions.RecycleGrace), "How long what runs may go on before a recycled process ends."),
        KnownSetting.Of<StageOptions>("Celerity:Stages", nameof(StageOptions.ChunksPerSlice), "How many chunks travel in one message at most."),
        KnownSetting.Of<StageOptions>("Celerity:Stages", nameof(StageOptions.MaxInFlightChunks), "How many chunks of one stage are in flight at once, about."),
        KnownSetting.Of<StageOptions>("Celerity:Stages", nameof(StageOptions.MaxInFlightChunksOfAllRuns), "How many chunks of all runs are in flight at once, about."),
        KnownSetting.Of<StageOptions>("Celerity:Stages", nameof(StageOptions.FirstChunks), "How many chunks of a stage do not wait behind those of large stages."),
        KnownSetting.Of<StageOptions>("Celerity:Stages", nameof(StageOptions.ChunksPerPage), "How many chunks one page of the ledger holds."),
        KnownSetting.Of<StageOptions>("Celerity:Stages", nameof(StageOptions.MaxChunks), "How many chunks a stage may have."),
        KnownSetting.Of<StageOptions>("Celerity:Stages", nameof(StageOptions.MaxStagedBytes), "How many bytes the copy may have of a dataset that cannot be read by range."),
        KnownSetting.Of<StageOptions>("Celerity:Stages", nameof(StageOptions.PlanStep), "How long one step of planning may take."),
        KnownSetting.Of<StageOptions>("Celerity:Stages", nameof(StageOptions.CombineStep), "How long one step of combining may take."),
        KnownSetting.Of<StageOptions>("Celerity:Stages", nameof(StageOptions.WatchInterval), "How often a stage looks after its slices while no event comes."),
        KnownSetting.Of<StageOptions>("Celerity:Stages", nameof(StageOptions.RepublishAfter), "After how long a slice that has not ended is sent again."),
        KnownSetting.Of<RunOptions>("Celerity:Runs", nameof(RunOptions.Retention), "How long a run is kept after its end; 0 for ever."),
        KnownSetting.Of<RunOptions>("Celerity:Runs", nameof(RunOptions.StalledAfter), "After how long without a chunk's end a run at work counts as stalled."),
        KnownSetting.Of<DeadLetterOptions>("Celerity:DeadLetters", nameof(DeadLetterOptions.RetentionDays), "How many days dead letters are kept."),
        KnownSetting.Of<CeleryOptions>("Celerity:Celery", nameof(CeleryOptions.Results), "Whether ends are told to waiting Celery clients."),
        KnownSetting.Of<HistoryOptions>("Celerity:History", nameof(HistoryOptions.Enabled), "Whether the app keeps a history of its minutes and hours."),
        KnownSetting.Of<HistoryOptions>("Celerity:History", nameof(HistoryOptions.MinutesKeptHours), "How many hours minutes are kept."),
        KnownSetting.Of<HistoryOptions>("Celerity:History", nameof(HistoryOptions.HoursKeptDays), "How many days hours are kept."),
        KnownSetting.Of<CostOptions>("Celerity:Cost", nameof(CostOptions.Currency), "The currency of all prices."),
        KnownSetting.Of<CostOptions>("Celerity:Cost", nameof(CostOptions.OtherPerMonth), "What else the app costs a month."),
        new(TelemetrySetup.PrometheusSetting, "True", "Whether /api/metrics answers."),
        new("OTEL_EXPORTER_OTLP_ENDPOINT", null, "Where metrics and traces are sent by OTLP."),
        new("APPLICATIONINSIGHTS_CONNECTION_STRING", null, "The Application Insights resource that the host sends telemetry to."),
        new("AzureWebJobsStorage", null, "The connection string of the storage account."),
        new("AzureWebJobsStorage:accountName", null, "The storage account, where the app signs in by its identity."),
        new(HostJson + "functionTimeout", null, "After what time the host ends a function; without it the plan says."),
        new(HostJson + "extensions:queues:batchSize", "16", "How many messages of a queue the host receives at once."),
        new(HostJson + "extensions:queues:newBatchThreshold", null, "At how many messages that run it receives more; without it half of batchSize for each core."),
        new(HostJson + "extensions:queues:maxPollingInterval", "00:01:00", "How long the host waits at most between two looks at an empty queue."),
        new(HostJson + "extensions:queues:visibilityTimeout", "00:00:00", "After what time a message comes back whose function failed."),
        new(HostJson + "extensions:queues:maxDequeueCount", "5", "How often a message is received before the host gives it up to the poison queue."),
        new(HostJson + "extensions:queues:messageEncoding", "base64", "How the host reads messages; the app starts with none alone."),
    ];
}
