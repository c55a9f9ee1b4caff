using System.Collections;

namespace Celerity.LocalRuntime.Durable;

/// <summary>Tasks by name, without regard to case, and version.</summary>
/// <param name="kind">What they are, for messages.</param>
internal sealed class VersionedTasks<T>(string kind) : IEnumerable<(string Name, string Version, T Value)>
    where T : class
{
    private readonly Dictionary<string, Dictionary<string, T>> _tasks = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ArgumentException">The name, with this version, is taken.</exception>
    public void Add(string name, string version, T value)
    {
        var versions = _tasks.TryGetValue(name, out var found) ? found : _tasks[name] = new(StringComparer.OrdinalIgnoreCase);
        if (!versions.TryAdd(version, value))
        {
            throw new ArgumentException(
                version.Length == 0 ? $"An {kind} named '{name}' is already added." : $"An {kind} named '{name}' of version '{version}' is already added.",
                nameof(name));
        }
    }

    public bool Contains(string name) => _tasks.ContainsKey(name);

    /// <summary>Returns the task of this version, or else the one that was added without a version, or <see langword="null"/>.</summary>
    public T? Find(string name, string version) => !_tasks.TryGetValue(name, out var versions)
        ? null
        : versions.GetValueOrDefault(version) ?? versions.GetValueOrDefault(string.Empty);

    public IEnumerator<(string Name, string Version, T Value)> GetEnumerator() =>
        _tasks.SelectMany(task => task.Value.Select(version => (task.Key, version.Key, version.Value))).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
