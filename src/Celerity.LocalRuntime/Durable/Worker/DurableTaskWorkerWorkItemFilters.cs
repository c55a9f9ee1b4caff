namespace Microsoft.DurableTask.Worker;

/// <summary>What a worker takes; all, where nothing is named.</summary>
public class DurableTaskWorkerWorkItemFilters
{
    public IReadOnlyList<OrchestrationFilter> Orchestrations { get; set; } = [];

    public IReadOnlyList<ActivityFilter> Activities { get; set; } = [];

    public IReadOnlyList<EntityFilter> Entities { get; set; } = [];

    internal bool TakeAll => Orchestrations.Count == 0 && Activities.Count == 0 && Entities.Count == 0;

    /// <summary>Takes what is registered, in the worker's own version only where it runs no other.</summary>
    internal static DurableTaskWorkerWorkItemFilters Of(DurableTaskRegistry registry, DurableTaskWorkerOptions.VersioningOptions? versioning)
    {
        string[] versions = versioning?.MatchStrategy == DurableTaskWorkerOptions.VersionMatchStrategy.Strict ? [versioning.Version] : [];
        return new DurableTaskWorkerWorkItemFilters
        {
            Orchestrations = [.. registry.Orchestrators.Select(task => task.Name).Distinct().Select(name => new OrchestrationFilter(name, versions))],
            Activities = [.. registry.Activities.Select(task => task.Name).Distinct().Select(name => new ActivityFilter(name, versions))],
            Entities = [.. registry.Entities.Select(task => new EntityFilter(task.Name))],
        };
    }

    internal void CopyFrom(DurableTaskWorkerWorkItemFilters other) =>
        (Orchestrations, Activities, Entities) = (other.Orchestrations, other.Activities, other.Entities);

    internal bool TakesOrchestration(string name, string version) =>
        Orchestrations.Any(filter => Takes(filter.Name, filter.Versions, name, version));

    internal bool TakesActivity(string name, string version) => Activities.Any(filter => Takes(filter.Name, filter.Versions, name, version));

    internal bool TakesEntity(string name) => Entities.Any(filter => Takes(filter.Name, null, name, string.Empty));

    private static bool Takes(string wanted, IReadOnlyList<string>? versions, string name, string version) =>
        string.Equals(wanted, name, StringComparison.OrdinalIgnoreCase)
        && (versions is null or [] || versions.Contains(version, StringComparer.OrdinalIgnoreCase));

    /// <summary>Takes orchestrations of a name, in all versions where none are named.</summary>
    public struct OrchestrationFilter
    {
        public OrchestrationFilter()
            : this(string.Empty, null)
        {
        }

        public OrchestrationFilter(string name, IReadOnlyList<string>? versions)
        {
            Name = name;
            Versions = versions ?? [];
        }

        public string Name { get; init; }

        public IReadOnlyList<string> Versions { get; init; }
    }

    /// <summary>Takes activities of a name, in all versions where none are named.</summary>
    public struct ActivityFilter
    {
        public ActivityFilter()
            : this(string.Empty, null)
        {
        }

        public ActivityFilter(string name, IReadOnlyList<string>? versions)
        {
            Name = name;
            Versions = versions ?? [];
        }

        public string Name { get; init; }

        public IReadOnlyList<string> Versions { get; init; }
    }

    /// <summary>Takes entities of a name.</summary>
    public struct EntityFilter
    {
        public EntityFilter()
            : this(string.Empty)
        {
        }

        public EntityFilter(string name) => Name = name;

        public string Name { get; init; }
    }
}
