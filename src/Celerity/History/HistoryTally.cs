using System.Text.Json.Serialization;

namespace Celerity.History;

/// <summary>What was seen in a time, on one process or on all. Names are in order: the same counts are the same bytes wherever they are written.</summary>
[JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
internal sealed class HistoryTally
{
    /// <summary>Under what the tasks are added up that are too many to be told one by one. No task can be called so.</summary>
    public const string Other = "(other)";

    /// <summary>Gets the tasks by name.</summary>
    public SortedDictionary<string, TaskTally> Tasks { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Gets the stages by name.</summary>
    public SortedDictionary<string, StageTally> Stages { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Gets the requests to the storage account, by service and operation: <c>queue send</c>.</summary>
    public SortedDictionary<string, long> Requests { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets how many attempts ran when a minute was over, on all processes; of an hour the highest.</summary>
    public int Running { get; set; }

    /// <summary>Gets or sets how many minutes it holds in which any process counted.</summary>
    public int Minutes { get; set; }

    /// <summary>Gets or sets in how many of them no task or chunk was seen at all.</summary>
    public int IdleMinutes { get; set; }

    /// <summary>Gets the requests of those minutes.</summary>
    public SortedDictionary<string, long> IdleRequests { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Gets whether any task or chunk was seen.</summary>
    [JsonIgnore]
    public bool IsBusy => Tasks.Count > 0 || Stages.Count > 0;

    /// <summary>Gets whether there is nothing to be told.</summary>
    [JsonIgnore]
    public bool IsEmpty => !IsBusy && Requests.Count == 0;

    public TaskTally Task(string name, int mostTasks) => Get(Tasks, name, mostTasks);

    public StageTally Stage(string name, int mostStages) => Get(Stages, name, mostStages);

    public void AddRequests(string kind, long count) => Requests[kind] = Requests.GetValueOrDefault(kind) + count;

    /// <summary>Adds what another process saw in the same time.</summary>
    public void Add(HistoryTally other)
    {
        foreach (var (name, task) in other.Tasks)
        {
            Task(name, int.MaxValue).Add(task);
        }

        foreach (var (name, stage) in other.Stages)
        {
            Stage(name, int.MaxValue).Add(stage);
        }

        foreach (var (kind, count) in other.Requests)
        {
            AddRequests(kind, count);
        }

        Running += other.Running;
    }

    /// <summary>Adds a minute of all processes to what is to be an hour, or more of them.</summary>
    public void AddLater(HistoryTally later)
    {
        var running = Math.Max(Running, later.Running);
        Add(later);
        Running = running;
        Minutes += later.Minutes;
        IdleMinutes += later.IdleMinutes;
        foreach (var (kind, count) in later.IdleRequests)
        {
            IdleRequests[kind] = IdleRequests.GetValueOrDefault(kind) + count;
        }
    }

    /// <summary>The minute that it is, told as idle where it was.</summary>
    public void CloseMinute()
    {
        if (IsEmpty)
        {
            return;
        }

        Minutes = 1;
        if (!IsBusy)
        {
            IdleMinutes = 1;
            foreach (var (kind, count) in Requests)
            {
                IdleRequests[kind] = count;
            }
        }
    }

    /// <summary>The same with the busiest tasks and stages alone; the others are added up as <see cref="Other"/>.</summary>
    public HistoryTally WithBusiest(int most)
    {
        var fewer = new HistoryTally { Requests = Requests, Running = Running, Minutes = Minutes, IdleMinutes = IdleMinutes, IdleRequests = IdleRequests };
        foreach (var (name, task) in Tasks.OrderBy(task => task.Key == Other).ThenByDescending(task => task.Value.Sent + task.Value.Started))
        {
            fewer.Task(name, most).Add(task);
        }

        foreach (var (name, stage) in Stages.OrderBy(stage => stage.Key == Other).ThenByDescending(stage => stage.Value.Started))
        {
            fewer.Stage(name, most).Add(stage);
        }

        return fewer;
    }

    private static T Get<T>(SortedDictionary<string, T> all, string name, int most)
        where T : new()
    {
        if (all.TryGetValue(name, out var found))
        {
            return found;
        }

        name = all.Count >= most ? Other : name;
        return all.TryGetValue(name, out found) ? found : all[name] = new T();
    }
}
