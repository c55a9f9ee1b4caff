using System.Text.Json;

namespace Celerity.Stages.Slices;

/// <summary>One failed attempt of a chunk.</summary>
/// <param name="Attempt">The attempt, 1 on the first.</param>
/// <param name="Category">What kind of failure it was.</param>
/// <param name="Type">The exception's type.</param>
/// <param name="Message">Its message, and those of its inner exceptions; at most 1,000 characters.</param>
/// <param name="At">When.</param>
/// <param name="Host">On which machine.</param>
internal sealed record ChunkFailure(int Attempt, ErrorCategory Category, string Type, string Message, DateTimeOffset At, string Host)
{
    private const int MaxKept = 8;
    private const int MaxMessage = 1000;
    private const int MaxType = 200;

    // All of a chunk's failures as JSON, in which a letter may take six characters: they share a message and a ledger row with the rest.
    private const int MaxJson = 14_000;

    public static ChunkFailure From(Exception exception, ErrorCategory category, int attempt, DateTimeOffset at)
    {
        var message = exception.Message;
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            message += $" <- {inner.GetType().FullName}: {inner.Message}";
        }

        return new ChunkFailure(
            attempt, category, Shorten(exception.GetType().FullName!, MaxType), Shorten(message, MaxMessage), at, Environment.MachineName);
    }

    public static IReadOnlyList<ChunkFailure> ReadAll(string? json) => json is null ? [] : JsonSerializer.Deserialize<List<ChunkFailure>>(json, CelerityJson.Options) ?? [];

    /// <summary>Adds a failure; the first and the latest are kept, so that the list does not grow without bound.</summary>
    public static IReadOnlyList<ChunkFailure> Add(IReadOnlyList<ChunkFailure> failures, ChunkFailure next)
    {
        List<ChunkFailure> all = [.. failures, next];
        while (all.Count > 2 && (all.Count > MaxKept || CelerityJson.Write(all).Length > MaxJson))
        {
            all.RemoveAt(1);
        }

        return all;
    }

    private static string Shorten(string text, int length) => text.Length > length ? text[..length] : text;
}
