using System.Text.Json;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Api;

/// <summary>What tasks logged, in words.</summary>
internal static class LogText
{
    // What a task logs must not look like a line of ours.
    private const string Indent = "\n    ";

    /// <summary>Writes the lines that are kept of a task, or with its dead letter, and how many are not.</summary>
    public static void Write(JsonElement logged, Page page)
    {
        var lines = logged.TryGetProperty("log", out var log) ? log.EnumerateArray().ToList() : [];
        var (dropped, leftOut) = (Number(logged, "logDropped"), Text(logged, "logLeftOut"));
        if (lines.Count == 0 && dropped == 0 && leftOut.Length == 0)
        {
            return;
        }

        page.Whole("");
        page.Whole("log");
        if (leftOut.Length > 0)
        {
            page.Whole($"  nothing is kept: {leftOut}");
        }

        if (dropped > 0)
        {
            page.Whole($"  {dropped} older lines are not kept");
        }

        foreach (var line in lines)
        {
            page.Whole($"  {When(line, "at")} {Number(line, "attempt")} {Text(line, "level"),-11} {Indented(line, "text")}");
            if (line.TryGetProperty("exception", out _))
            {
                page.Whole($"    {Indented(line, "exception")}");
            }
        }
    }

    private static string Indented(JsonElement line, string name) =>
        SafeText.Lines(line.GetProperty(name).GetString()).TrimEnd().Replace("\n", Indent, StringComparison.Ordinal);
}
