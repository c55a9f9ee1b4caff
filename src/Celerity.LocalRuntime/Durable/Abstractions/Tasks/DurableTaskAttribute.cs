namespace Microsoft.DurableTask;

/// <summary>Makes a class a durable task; its name is the class's own where none is given.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
public sealed class DurableTaskAttribute(string? name = null) : Attribute
{
    public TaskName Name { get; } = string.IsNullOrEmpty(name) ? default : new TaskName(name);

    public string? Version { get; set; }
}
