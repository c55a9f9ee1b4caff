using System.Text.Json;
using Celerity.LocalRuntime.Hosting;

namespace Celerity.LocalRuntime.Queues.Concurrency;

/// <summary>The limits that functions had found when the app last ran, in a file.</summary>
internal sealed class ConcurrencySnapshot(string path)
{
    public const string FileName = "concurrency.json";

    /// <summary>Returns where each function is to start, made fit for this machine's number of processors.</summary>
    /// <remarks>A file that cannot be read is as good as none: the limits are found anew.</remarks>
    public IReadOnlyDictionary<string, int> Load(int processors)
    {
        try
        {
            var kept = JsonSerializer.Deserialize<Content>(File.ReadAllText(path));
            return kept?.Limits.ToDictionary(
                entry => entry.Key,
                entry => Math.Max(1, (int)Math.Round((double)entry.Value * processors / Math.Max(1, kept.Processors))),
                StringComparer.OrdinalIgnoreCase) ?? [];
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException or UnauthorizedAccessException)
        {
            return new Dictionary<string, int>();
        }
    }

    public void Save(int processors, IReadOnlyDictionary<string, int> limits) =>
        StateFolder.WriteWhole(path, JsonSerializer.Serialize(new Content(processors, limits)));

    private sealed record Content(int Processors, IReadOnlyDictionary<string, int> Limits);
}
