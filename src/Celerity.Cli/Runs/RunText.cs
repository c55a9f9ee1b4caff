using System.Globalization;
using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Runs;

/// <summary>Runs in words, and how far they are as bars.</summary>
internal static class RunText
{
    private const int BarChars = 24;

    public static bool IsOver(JsonElement run) => Text(run, "state") is "succeeded" or "succeededWithErrors" or "failed" or "cancelled" or "purging";

    public static bool HasSucceeded(JsonElement run) => Text(run, "state") is "succeeded" or "succeededWithErrors";

    /// <summary>Writes a run with its stages.</summary>
    public static void Write(JsonElement run, Page page)
    {
        (string Name, string Text)[] facts =
        [
            ("id", Text(run, "id")),
            ("pipeline", Text(run, "pipeline")),
            ("state", Text(run, "state") + (When(run, "suspendedAt") is { Length: > 0 } since ? $" since {since}" : "")),
            ("generation", Text(run, "generation") is "1" ? "" : Text(run, "generation")),
            ("tags", run.TryGetProperty("tags", out var tags) ? string.Join(", ", tags.EnumerateArray().Select(tag => SafeText.Line(tag.GetString()))) : ""),
            ("clone of", Text(run, "cloneOf")),
            ("created", When(run, "createdAt")),
            ("started", When(run, "startedAt")),
            ("ended", When(run, "endedAt")),
            ("deadline", When(run, "deadline")),
        ];
        foreach (var (name, text) in facts.Where(fact => fact.Text.Length > 0))
        {
            page.Whole($"{name,-10} {text}");
        }

        foreach (var stage in run.GetProperty("stages").EnumerateArray())
        {
            WriteStage(stage, page);
        }

        foreach (var failure in run.GetProperty("failures").EnumerateArray())
        {
            var place = failure.TryGetProperty("chunk", out _) ? $"stage {Number(failure, "stage")}, chunk {Number(failure, "chunk")}: " : "";
            page.Whole($"{place}{Text(failure, "code")} {Text(failure, "message", 1200)}".TrimStart());
        }

        if (run.TryGetProperty("result", out var result))
        {
            page.Whole("result");
            page.Whole(SafeText.Json(result));
        }
    }

    /// <summary>Says how far a run is, in one line.</summary>
    public static string Summary(JsonElement run)
    {
        var progress = run.GetProperty("progress");
        return $"{Text(run, "state")}: {Count(progress, "chunksDone")} of {Count(progress, "chunksTotal")} chunks, {Count(progress, "recordsDone")} records, "
            + $"{Count(progress, "chunksFailed")} chunks failed, {Count(progress, "recordsRejected")} records rejected";
    }

    private static void WriteStage(JsonElement stage, Page page)
    {
        var progress = stage.GetProperty("progress");
        var (done, total) = (Number(progress, "chunksDone"), Number(progress, "chunksTotal"));
        var filled = total == 0 ? 0 : (int)(BarChars * Math.Min(done, total) / total);
        var share = total == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {(int)(100 * done / total),3} %");
        page.Line("");
        page.Line($"stage {Number(stage, "stage")}  {Text(stage, "name")}");
        page.Line($"  [{new string('#', filled)}{new string('.', BarChars - filled)}]{share}  {Count(progress, "chunksDone")} of {Count(progress, "chunksTotal")} chunks");
        page.Line($"  {Count(progress, "recordsDone")} records, {Count(progress, "recordsRejected")} rejected, {Count(progress, "chunksFailed")} chunks failed");
        if ((Rate(stage, "lastMinute") ?? Rate(stage, "overall")) is { } rate)
        {
            var left = stage.TryGetProperty("secondsLeft", out var seconds) ? $", about {Instants.Length(TimeSpan.FromSeconds(Math.Min(seconds.GetDouble(), 1e9)))} left" : "";
            page.Line($"  {rate}{left}");
        }

        if (stage.TryGetProperty("oldest", out var oldest))
        {
            page.Line($"  oldest chunk {Number(oldest, "chunk")}, since {When(oldest, "since")}");
        }
    }

    private static string? Rate(JsonElement stage, string name) => stage.TryGetProperty(name, out var rate)
        ? string.Create(CultureInfo.InvariantCulture, $"{rate.GetProperty("recordsPerSecond").GetDouble():N1} records/s, {rate.GetProperty("chunksPerSecond").GetDouble():N1} chunks/s")
        : null;

    private static string Count(JsonElement json, string name) => Number(json, name).ToString("N0", CultureInfo.InvariantCulture);
}
