using System.Text.Json;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Wire;

namespace Celerity.Groups;

/// <summary>Makes links of what users name, each type looked up once.</summary>
internal sealed class GroupLinks(TaskRegistry registry, TaskQueues queues)
{
    public const int MaxLinks = 100;

    private readonly Dictionary<string, TaskTracking> _tracking = new(StringComparer.Ordinal);

    /// <summary>Gets how long the results of those looked up so far are kept at most.</summary>
    public TimeSpan LongestTtl { get; private set; }

    public TaskTracking TrackingOf(string task) => _tracking[task];

    public List<TaskLink> OfMember(object member) => member is TaskChain chain ? OfChain(chain.Tasks) : [Of(member)];

    /// <exception cref="CelerityException">CEL0220: it has no task, too many, or one that is none.</exception>
    public List<TaskLink> OfChain(IReadOnlyList<object> tasks) => tasks.Count is >= 1 and <= MaxLinks
        ? [.. tasks.Select(Of)]
        : throw new CelerityException(ErrorCodes.BadGroup, $"The chain has {tasks.Count} tasks; it must have 1 to {MaxLinks}. Nothing was sent.");

    /// <exception cref="CelerityException">CEL0201: there is no such task; CEL0220: its payload is no object.</exception>
    public TaskLink Of(object task)
    {
        if (task is NamedTask named)
        {
            return Of(registry.GetSendable(named.Task).Settings, named.Payload);
        }

        return Of(registry.SettingsOf(task.GetType()), TaskPayload.Write(task));
    }

    private TaskLink Of(TaskSettings settings, JsonElement payload)
    {
        _tracking[settings.Name] = settings.Tracking;
        LongestTtl = settings.ResultTtl > LongestTtl ? settings.ResultTtl : LongestTtl;
        return payload.ValueKind == JsonValueKind.Object
            ? new TaskLink(settings.Name, payload, queues.Choose(settings, new EnqueueOptions()))
            : throw new CelerityException(
                ErrorCodes.BadGroup, $"The payload of '{settings.Name}' is {JsonFields.Kind(payload)}, not an object. Nothing was sent.");
    }
}
