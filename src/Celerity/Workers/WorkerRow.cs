using System.Text;
using Celerity.Storage;

namespace Celerity.Workers;

/// <summary>A worker's row: at most about 30 KB, whatever it runs.</summary>
internal static class WorkerRow
{
    public const string Partition = "workers";

    public static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(10);

    /// <summary>After how long without a heartbeat a worker is lost.</summary>
    public static readonly TimeSpan LostAfter = 3 * BeatInterval;

    // A character takes two bytes; what is left of 30 KB is for the other columns.
    private const int MaxRunningChars = 13_500;

    public static TableRow Write(
        WorkerIdentity worker, WorkerState state, string? reason, WorkerFacts facts, IReadOnlyList<RunningTaskRecord> running, WorkerOrder? order, DateTimeOffset now)
    {
        var (json, shown) = WriteRunning(running);
        var values = new Dictionary<string, object>
        {
            ["host"] = worker.Host,
            ["processId"] = worker.ProcessId,
            ["state"] = state.ToString(),
            ["startedAt"] = worker.StartedAt,
            ["seenAt"] = now,
            ["workingSet"] = facts.WorkingSetBytes,
            ["heap"] = facts.HeapBytes,
            ["tasksRun"] = facts.TasksRun,
            ["tasksFailed"] = facts.TasksFailed,
            ["zombies"] = facts.Zombies,
            ["running"] = json,
            ["leftOut"] = running.Count - shown,
        };
        values.AddIfPresent("reason", reason);
        values.AddIfPresent("appVersion", worker.AppVersion);
        values.AddIfPresent("engineVersion", worker.EngineVersion);
        order?.AddTo(values);
        return new TableRow(Partition, worker.Id, values);
    }

    public static WorkerRecord Read(TableRow row, DateTimeOffset now)
    {
        var (state, seenAt) = (Enum.Parse<WorkerState>(row.FindString("state")!), row.FindTime("seenAt") ?? default);
        return new WorkerRecord
        {
            Id = row.RowKey,
            Host = row.FindString("host") ?? "",
            ProcessId = row.GetInt32("processId"),
            State = state != WorkerState.Stopped && now - seenAt > LostAfter ? WorkerState.Lost : state,
            Reason = row.FindString("reason"),
            StartedAt = row.FindTime("startedAt") ?? default,
            SeenAt = seenAt,
            AppVersion = row.FindString("appVersion"),
            EngineVersion = row.FindString("engineVersion"),
            WorkingSetBytes = row.GetInt64("workingSet"),
            HeapBytes = row.GetInt64("heap"),
            TasksRun = row.GetInt64("tasksRun"),
            TasksFailed = row.GetInt64("tasksFailed"),
            Zombies = row.GetInt32("zombies"),
            Running = CelerityJson.Read<List<RunningTaskRecord>>(row.FindString("running") ?? "[]"),
            RunningLeftOut = row.GetInt32("leftOut"),
        };
    }

    private static (string Json, int Shown) WriteRunning(IReadOnlyList<RunningTaskRecord> running)
    {
        var (json, shown) = (new StringBuilder("["), 0);
        foreach (var task in running.Select(CelerityJson.Write))
        {
            if (json.Length + task.Length + 2 > MaxRunningChars)
            {
                break;
            }

            json.Append(shown++ > 0 ? "," : "").Append(task);
        }

        return (json.Append(']').ToString(), shown);
    }
}
