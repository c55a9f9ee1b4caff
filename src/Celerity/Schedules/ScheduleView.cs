using System.Text.Json;

namespace Celerity.Schedules;

/// <summary>A schedule as its URL shows it.</summary>
internal sealed record ScheduleView
{
    public required string Name { get; init; }

    /// <summary>Gets where it is defined: <c>code</c>, <c>configuration</c> or <c>api</c>.</summary>
    public required ScheduleSource DefinedIn { get; init; }

    public string? Cron { get; init; }

    public TimeSpan? Every { get; init; }

    /// <summary>Gets its due times in words.</summary>
    public required string Words { get; init; }

    public string? TimeZone { get; init; }

    public TimeSpan Jitter { get; init; }

    public DateTimeOffset? StartAt { get; init; }

    public DateTimeOffset? EndAt { get; init; }

    public required bool Enabled { get; init; }

    public required OverlapPolicy Overlap { get; init; }

    public required MissedPolicy Missed { get; init; }

    public required int MaxMissed { get; init; }

    public string? Task { get; init; }

    public string? Pipeline { get; init; }

    public JsonElement? Payload { get; init; }

    /// <summary>Gets who paused it, when and why; absent while it is not paused.</summary>
    public PauseView? Paused { get; init; }

    /// <summary>Gets the due time that waits for the end of the running one.</summary>
    public DateTimeOffset? Waiting { get; init; }

    /// <summary>Gets when it fires next, the jitter included: ten times at most.</summary>
    public required IReadOnlyList<DateTimeOffset> Next { get; init; }

    /// <summary>Gets what it fired last.</summary>
    public LastFiringView? Last { get; init; }

    /// <summary>Gets the latest due times and what became of them; only where one schedule is asked for.</summary>
    public IReadOnlyList<FiringView>? Firings { get; init; }
}

/// <summary>A pause.</summary>
internal sealed record PauseView(DateTimeOffset At, string Who, string Why);

/// <summary>What was fired last.</summary>
/// <param name="Id">The task or run; absent where it could not be fired.</param>
/// <param name="DueAt">When it was due.</param>
/// <param name="SentAt">When it had been sent.</param>
internal sealed record LastFiringView(string? Id, DateTimeOffset DueAt, DateTimeOffset SentAt)
{
    /// <summary>Gets how long after its due time it had been sent, in seconds; the jitter is part of it.</summary>
    public double DriftSeconds => (SentAt - DueAt).TotalSeconds;
}

/// <summary>What became of a due time.</summary>
internal sealed record FiringView
{
    public required DateTimeOffset DueAt { get; init; }

    public required FiringKind Kind { get; init; }

    public string? Task { get; init; }

    public string? Pipeline { get; init; }

    /// <summary>Gets the task's or run's id.</summary>
    public string? Id { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public double? DriftSeconds { get; init; }

    /// <summary>Gets the task or run that was revoked for it.</summary>
    public string? Replaced { get; init; }

    /// <summary>Gets the first of several due times that were missed together.</summary>
    public DateTimeOffset? FirstDueAt { get; init; }

    public int? Count { get; init; }

    public bool? Manual { get; init; }

    /// <summary>Gets why it could not be fired.</summary>
    public string? Error { get; init; }

    public static FiringView Of(FiringRecord record)
    {
        var firing = record.Firing;
        var isSent = firing.Kind == FiringKind.Fired && record.Error is null;
        return new FiringView
        {
            DueAt = firing.DueAt,
            Kind = firing.Kind,
            Task = firing.Task,
            Pipeline = firing.Pipeline,
            Id = isSent ? firing.Id : null,
            SentAt = isSent ? record.At : null,
            DriftSeconds = isSent ? (record.At - firing.DueAt).TotalSeconds : null,
            Replaced = firing.Replaces,
            FirstDueAt = firing.FirstDueAt,
            Count = firing.Count > 1 ? firing.Count : null,
            Manual = firing.IsManual ? true : null,
            Error = record.Error,
        };
    }
}
