namespace Microsoft.DurableTask;

/// <summary>The name of an orchestrator, activity or entity; compared without regard to case.</summary>
public struct TaskName : IEquatable<TaskName>
{
    public TaskName(string name)
    {
        Name = name ?? string.Empty;
    }

    public string Name { get; }

    /// <summary>Gets nothing: names have no version.</summary>
    [Obsolete("Refer to TaskVersion instead.")]
    public string Version { get; } = string.Empty;

    public static implicit operator string(TaskName value) => value.Name;

    public static implicit operator TaskName(string value) => string.IsNullOrEmpty(value) ? default : new TaskName(value);

    public static bool operator ==(TaskName a, TaskName b) => a.Equals(b);

    public static bool operator !=(TaskName a, TaskName b) => !a.Equals(b);

    public bool Equals(TaskName other) => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => obj is TaskName other && Equals(other);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Name ?? string.Empty);

    public override string ToString() => Name;
}
