using System.Text.Encodings.Web;
using System.Text.Json;

namespace Celerity.Retry;

/// <summary>The failed attempts of a task or chunk: the first and the latest, as many as fit a table row.</summary>
internal static class FailureHistory
{
    private const int MaxCount = 10;

    // A string property holds 32,768 characters.
    private const int MaxChars = 30_000;

    // In a slice's message, where a letter may take six characters, beside a header of 16 KiB.
    private const int MaxMessageChars = 14_000;

    private static readonly JsonSerializerOptions Json = new(CelerityJson.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Adds failures that are not there yet. Only the latest keeps its stack trace.</summary>
    public static IReadOnlyList<FailureRecord> Merge(IReadOnlyList<FailureRecord> failures, IReadOnlyList<FailureRecord> next)
    {
        var added = next.Where(failure => !failures.Any(known => known.At == failure.At && known.Attempt == failure.Attempt)).ToList();
        if (added.Count == 0)
        {
            return failures;
        }

        List<FailureRecord> merged = [.. failures, .. added];
        for (var at = 0; at < merged.Count - 1; at++)
        {
            merged[at] = merged[at] with { Stack = null };
        }

        merged.RemoveRange(1, Math.Max(0, merged.Count - MaxCount));
        return merged;
    }

    public static string? Write(IReadOnlyList<FailureRecord> failures)
    {
        if (failures.Count == 0)
        {
            return null;
        }

        var kept = failures.ToList();
        var json = JsonSerializer.Serialize(kept, Json);
        while (json.Length > MaxChars && kept.Count > 1)
        {
            kept.RemoveAt(kept.Count > 2 ? 1 : 0);
            json = JsonSerializer.Serialize(kept, Json);
        }

        return json;
    }

    /// <summary>Cuts a history to what travels with a message: without stacks, the first and as many of the latest as there is room for.</summary>
    public static IReadOnlyList<FailureRecord> ForMessage(IReadOnlyList<FailureRecord> failures)
    {
        var kept = failures.Select(failure => failure with { Stack = null }).ToList();
        while (kept.Count > 2 && CelerityJson.Write(kept).Length > MaxMessageChars)
        {
            kept.RemoveAt(1);
        }

        return kept;
    }

    public static IReadOnlyList<FailureRecord> Read(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize<List<FailureRecord>>(json, Json) ?? [];
}
