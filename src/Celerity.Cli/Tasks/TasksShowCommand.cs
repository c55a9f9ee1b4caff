using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Tasks;

/// <summary><c>celerity tasks show</c>.</summary>
internal sealed class TasksShowCommand : AppCommand
{
    private static readonly string[] Facts = ["id", "task", "state", "category", "reason"];

    private static readonly string[] Places = ["host", "queue", "crashes", "run", "step", "correlationId", "traceId"];

    private static readonly string[] Times = ["sentAt", "dueAt", "startedAt", "endedAt"];

    public TasksShowCommand(AppOptions app, Surroundings around)
        : base("show", "One task: its state, attempts, result or error, payload, and what it logged.", app, around)
    {
        var id = new Argument<string>("id") { Description = "The task's id, as its send returned it. What is stored of it follows from its tracking (docs/results.md)." };
        Arguments.Add(id);
        SetAction((parsed, cancellationToken) => ShowAsync(parsed, $"tasks/{Uri.EscapeDataString(parsed.GetValue(id)!)}", Show, cancellationToken));
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity tasks show 0190b0c4-8a54-7cc1-9d0e-3f2ab19c55d0", "what has become of it"),
        ("celerity tasks show 0190b0c4-8a54-7cc1-9d0e-3f2ab19c55d0 --json | jq -r .state", "only its state, for a script"),
        ("celerity tasks show 0190b0c4-8a54-7cc1-9d0e-3f2ab19c55d0 --json | jq -r '.log[]?.text'", "only what it logged"),
    ];

    private static void Show(JsonElement task, Page page)
    {
        (string Name, string Text)[] facts =
        [
            .. Facts.Select(name => (name, Text(task, name, 1200))),
            .. Times.Select(name => (name, When(task, name))),
            .. Places.Select(name => (name, Text(task, name))),
            ("tags", task.TryGetProperty("tags", out var tags) ? string.Join(", ", tags.EnumerateArray().Select(tag => SafeText.Line(tag.GetString()))) : ""),
            ("progress", task.TryGetProperty("progress", out var progress) ? ProgressOf(progress) : ""),
        ];
        foreach (var (name, text) in facts.Where(fact => fact.Text is not ("" or "0")))
        {
            page.Whole($"{name,-14} {text}");
        }

        foreach (var attempt in task.GetProperty("attempts").EnumerateArray())
        {
            WriteAttempt(attempt, page);
        }

        WriteJson(task, "result", page);
        LogText.Write(task, page);
        WriteJson(task, "payload", page);
        if (Text(task, "payloadLeftOut") is { Length: > 0 } why)
        {
            page.Whole("");
            page.Whole($"payload not shown: {why}");
        }
    }

    private static void WriteAttempt(JsonElement attempt, Page page)
    {
        var end = When(attempt, "endedAt") is { Length: > 0 } at ? $" to {at}" : "";
        var took = attempt.TryGetProperty("seconds", out var seconds) ? string.Create(CultureInfo.InvariantCulture, $", {seconds.GetDouble():0.###} s") : "";
        var host = Text(attempt, "host") is { Length: > 0 } name ? $" on {name}" : "";
        page.Whole("");
        page.Whole($"attempt {Number(attempt, "attempt")} {Text(attempt, "state")} {When(attempt, "startedAt")}{end}{host}{took}");
        if (attempt.TryGetProperty("failure", out var failure))
        {
            page.Whole($"  {Text(failure, "category")}: {Text(failure, "type")} {Text(failure, "message", 1200)}");
            if (failure.TryGetProperty("stack", out var stack))
            {
                page.Whole(SafeText.Lines(stack.GetString()));
            }
        }
    }

    private static string ProgressOf(JsonElement progress)
    {
        var share = progress.TryGetProperty("fraction", out var fraction) ? string.Create(CultureInfo.InvariantCulture, $"{100 * fraction.GetDouble():0} % ") : "";
        return $"{share}{Text(progress, "message")}".Trim();
    }

    private static void WriteJson(JsonElement task, string name, Page page)
    {
        if (task.TryGetProperty(name, out var json))
        {
            page.Whole("");
            page.Whole(name);
            page.Whole(SafeText.Json(json));
        }
    }
}
