using System.Text.Json;

namespace Celerity.Retry;

/// <summary>One failed attempt, as dead letters tell it.</summary>
/// <param name="Attempt">The attempt, 1 on the first.</param>
/// <param name="Category">What kind of failure it was.</param>
/// <param name="Type">The exception's type; empty where there was none.</param>
/// <param name="Message">Its message and those of its inner exceptions, at most 1,000 characters.</param>
/// <param name="At">When.</param>
/// <param name="Host">On which machine.</param>
internal sealed record FailureRecord(int Attempt, ErrorCategory Category, string Type, string Message, DateTimeOffset At, string Host)
{
    private const int MaxKept = 8;
    private const int MaxMessage = 1000;

    public static FailureRecord From(Exception exception, ErrorCategory category, int attempt, DateTimeOffset at)
    {
        var message = exception.Message;
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            message += $" <- {inner.GetType().FullName}: {inner.Message}";
        }

        return From(exception.GetType().FullName!, message, category, attempt, at);
    }

    public static FailureRecord From(string type, string message, ErrorCategory category, int attempt, DateTimeOffset at) =>
        new(attempt, category, type, message.Length > MaxMessage ? message[..MaxMessage] : message, at, Environment.MachineName);

    public static IReadOnlyList<FailureRecord> ReadAll(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize<List<FailureRecord>>(json, CelerityJson.Options) ?? [];

    /// <summary>Adds a failure; the first and the latest are kept, so that the list, which travels in messages, stays small.</summary>
    public static IReadOnlyList<FailureRecord> Add(IReadOnlyList<FailureRecord> failures, FailureRecord next) =>
        failures.Count < MaxKept ? [.. failures, next] : [failures[0], .. failures.Skip(failures.Count - MaxKept + 2), next];
}
