using System.Reflection;
using Celerity.LocalRuntime.Durable;

namespace Microsoft.DurableTask;

/// <summary>The tasks that a worker runs, by name. Each name, with its version, can be added once.</summary>
public sealed partial class DurableTaskRegistry
{
    internal VersionedTasks<Func<IServiceProvider, ITaskActivity>> Activities { get; } = new("activity");

    internal VersionedTasks<Func<IServiceProvider, ITaskOrchestrator>> Orchestrators { get; } = new("orchestrator");

    public IEnumerable<KeyValuePair<TaskName, Func<IServiceProvider, ITaskActivity>>> GetActivities() =>
        Activities.Select(task => KeyValuePair.Create(new TaskName(task.Name), task.Value));

    public IEnumerable<KeyValuePair<TaskName, Func<IServiceProvider, ITaskOrchestrator>>> GetOrchestrators() =>
        Orchestrators.Select(task => KeyValuePair.Create(new TaskName(task.Name), task.Value));

    private static TaskName NameOf(MemberInfo type) =>
        type.GetCustomAttribute<DurableTaskAttribute>() is { } attribute && attribute.Name != default ? attribute.Name : new TaskName(type.Name);

    private static string VersionOf(MemberInfo type) => type.GetCustomAttribute<DurableTaskAttribute>()?.Version ?? string.Empty;

    private static void RefuseDefault(TaskName name)
    {
        if (string.IsNullOrEmpty(name.Name))
        {
            throw new ArgumentException("A task needs a name.", nameof(name));
        }
    }
}
