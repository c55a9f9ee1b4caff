using Celerity.Storage;

namespace Celerity.Tasks.Sending;

/// <summary>The queues that tasks may be sent to, and the rules that choose one. Filled while the app is set up.</summary>
internal sealed class TaskQueues
{
    private readonly List<string> _queues = [StorageNames.HighQueue, StorageNames.DefaultQueue, StorageNames.LowQueue];
    private readonly Dictionary<string, string> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Prefix, string Queue)> _prefixes = [];

    /// <summary>Gets every queue that carries tasks; each has a held and a poison queue beside it.</summary>
    public IReadOnlyList<string> Names => _queues;

    /// <summary>Gets every queue whose messages may be held: these, and that of chunks.</summary>
    public IEnumerable<string> Held => _queues.Append(StorageNames.ChunksQueue);

    /// <summary>Adds a queue of the app's own; one that is there is left as it is.</summary>
    /// <exception cref="CelerityException">CEL0231: no queue can have that name.</exception>
    public void Add(string queue)
    {
        if (!QueueName.IsValid(queue + StorageNames.PoisonSuffix) || queue is StorageNames.ChunksQueue or StorageNames.BulkQueue)
        {
            throw new CelerityException(
                ErrorCodes.UnknownQueue, $"\"{queue}\" is no name for a queue of tasks; it must be {QueueName.Rule}, with room for '{StorageNames.PoisonSuffix}'.");
        }

        if (!_queues.Contains(queue))
        {
            _queues.Add(queue);
        }
    }

    /// <summary>Adds a rule; the most exact one wins: a whole name, then the longest prefix.</summary>
    /// <param name="pattern">A task's name, a prefix such as <c>invoices.*</c>, or <c>*</c>.</param>
    /// <param name="queue">A queue that has been added.</param>
    /// <exception cref="CelerityException">CEL0231: the queue is not known; CEL0308: the pattern is none.</exception>
    public void Route(string pattern, string queue)
    {
        Check(queue);
        if (pattern.Length == 0 || pattern.IndexOf('*', StringComparison.Ordinal) is >= 0 and var star && star < pattern.Length - 1)
        {
            throw new CelerityException(
                ErrorCodes.SettingOutOfRange, $"\"{pattern}\" is no rule for task names; it must be a name, a beginning such as 'invoices.*', or '*'.");
        }

        if (!pattern.EndsWith('*'))
        {
            _exact[pattern] = queue;
            return;
        }

        _prefixes.RemoveAll(rule => string.Equals(rule.Prefix, pattern[..^1], StringComparison.OrdinalIgnoreCase));
        _prefixes.Add((pattern[..^1], queue));
        _prefixes.Sort((x, y) => y.Prefix.Length.CompareTo(x.Prefix.Length));
    }

    /// <summary>Chooses the queue of a send: its own word, then the rules, then the task type's own.</summary>
    /// <exception cref="CelerityException">CEL0231: the queue is not known.</exception>
    public string Choose(TaskSettings task, EnqueueOptions options)
    {
        var queue = options.Queue ?? QueueOf(options.Priority) ?? FindRoute(task.Name) ?? task.Queue;
        Check(queue);
        return queue;
    }

    /// <exception cref="CelerityException">CEL0231: the queue is not known.</exception>
    public void Check(string queue)
    {
        if (!_queues.Contains(queue))
        {
            throw new CelerityException(
                ErrorCodes.UnknownQueue,
                $"No function of this app listens to the queue '{queue}'. Its queues are {string.Join(", ", _queues)}; add others by AddCelerity().AddQueue(name).");
        }
    }

    private string? FindRoute(string task) => _exact.TryGetValue(task, out var queue)
        ? queue
        : _prefixes.Find(rule => task.StartsWith(rule.Prefix, StringComparison.OrdinalIgnoreCase)).Queue;

    private static string? QueueOf(TaskPriority? priority) => priority switch
    {
        null => null,
        TaskPriority.High => StorageNames.HighQueue,
        TaskPriority.Default => StorageNames.DefaultQueue,
        TaskPriority.Low => StorageNames.LowQueue,
        _ => throw new InvalidOperationException($"'{priority}' is no priority."),
    };
}
