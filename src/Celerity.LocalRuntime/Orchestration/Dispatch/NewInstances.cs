using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>Makes the row and the first event of an instance.</summary>
internal static class NewInstances
{
    public static NewInstance Create(
        string instanceId,
        string name,
        string version,
        string? input,
        DateTimeOffset now,
        DateTimeOffset? startAt = null,
        ParentLink? parent = null,
        IReadOnlyDictionary<string, string>? tags = null)
    {
        var executionId = NewExecutionId();
        return new NewInstance(
            new InstanceRow
            {
                Id = instanceId,
                Name = name,
                Version = version,
                ExecutionId = executionId,
                Input = input,
                Parent = parent,
                Tags = tags,
                CreatedAt = now,
                UpdatedAt = now,
                StartAt = startAt,
            },
            new ExecutionStarted(name, version, input, executionId, parent, tags) { At = now.UtcDateTime });
    }

    public static string NewExecutionId() => Guid.NewGuid().ToString("N");
}
