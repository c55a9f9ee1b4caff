using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Schedules;

/// <summary>Shows schedules to people.</summary>
internal static class ScheduleText
{
    /// <summary>Writes what a schedule is, when it fires and what it fired last, in a few lines.</summary>
    public static void Write(JsonElement schedule, string? outcome, Page page)
    {
        var state = State(schedule);
        page.Line($"{Text(schedule, "name")}  {state}");
        page.Line($"  {When(schedule)}: {Target(schedule)}");
        if (Next(schedule) is [var next, ..])
        {
            page.Line($"  next {Instants.Distance(next, page.Now)}, {Instants.Show(next)}");
        }

        if (!schedule.TryGetProperty("last", out var last))
        {
            page.Line("  last: none so far");
        }
        else if (Text(last, "id") is { Length: > 0 } id)
        {
            page.Line($"  last {Instants.Distance(Time(last, "dueAt") ?? page.Now, page.Now)}, {Drift(last)}{(outcome is null ? "" : $": {outcome}")}");
            page.Whole($"       {id}");
        }
        else
        {
            page.Line($"{Instants.Distance(Time(last, "dueAt") ?? page.Now, page.Now)}: it could not be fired", "  last ");
        }
    }

    /// <summary>Says its due times, as <c>every day at 03:00, Europe/Berlin</c>.</summary>
    public static string When(JsonElement schedule)
    {
        var zone = Text(schedule, "timeZone") is { Length: > 0 } name ? name : "UTC";
        return Text(schedule, "every").Length > 0 ? Text(schedule, "words") : $"{Text(schedule, "words")}, {zone}";
    }

    public static string Target(JsonElement schedule) =>
        Text(schedule, "pipeline") is { Length: > 0 } pipeline ? $"pipeline {pipeline}" : $"task {Text(schedule, "task")}";

    /// <summary>Says whether it fires, and if not why.</summary>
    public static string State(JsonElement schedule)
    {
        if (schedule.TryGetProperty("paused", out var pause))
        {
            var why = Text(pause, "why");
            return $"paused by {Text(pause, "who")}, {Answers.When(pause, "at")}{(why.Length > 0 ? $": {why}" : "")}";
        }

        return !schedule.GetProperty("enabled").GetBoolean() ? "disabled"
            : Next(schedule).Count == 0 ? "ended: it is not due any more"
            : Answers.When(schedule, "waiting") is { Length: > 0 } due ? $"waits with {due} for the end of the last one"
            : "active";
    }

    public static IReadOnlyList<DateTimeOffset> Next(JsonElement schedule) => [.. schedule.GetProperty("next").EnumerateArray().Select(at => at.GetDateTimeOffset())];

    /// <summary>Says how long after its due time something was sent.</summary>
    public static string Drift(JsonElement firing) => $"sent {firing.GetProperty("driftSeconds").GetDouble():0.0} s after it was due";
}
