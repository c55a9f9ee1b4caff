using System.CommandLine;
using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead show</c>.</summary>
internal sealed class DeadShowCommand : AppCommand
{
    private static readonly string[] Facts =
    [
        "id", "task", "state", "severity", "category", "reason", "at", "host", "appVersion", "queue", "attempt", "crashes", "subjectId", "group", "run", "stage",
        "chunk", "correlationId", "traceId", "replayOf", "replays", "replayedAs", "replayedAt",
    ];

    public DeadShowCommand(AppOptions app, Surroundings around)
        : base("show", "One dead letter, whole.", app, around)
    {
        var id = new Argument<string>("id") { Description = "The letter's id, or its task's." };
        Arguments.Add(id);
        SetAction((parsed, cancellationToken) => ShowAsync(
            parsed, $"dead-letters/{Uri.EscapeDataString(parsed.GetValue(id)!)}", Show, cancellationToken));
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity dead show 0190b0c4-8a54-7cc1-9d0e-3f2ab19c55d0", "a task's end: attempts, stacks, what it logged, payload"),
        ("celerity dead show 0190b0c4-8a54-7cc1-9d0e-3f2ab19c55d0 --json | jq .payload > fixed.json", "its payload, to be mended and replayed"),
    ];

    private static void Show(JsonElement letter, Page page)
    {
        foreach (var fact in Facts.Where(fact => Text(letter, fact) is not ("" or "0")))
        {
            page.Whole($"{fact,-14} {Text(letter, fact, 1200)}");
        }

        foreach (var failure in letter.GetProperty("failures").EnumerateArray())
        {
            page.Whole("");
            page.Whole($"attempt {Number(failure, "attempt")} at {When(failure, "at")} on {Text(failure, "host")}, {Text(failure, "duration")}");
            page.Whole($"  {Text(failure, "type")} {Text(failure, "message", 1200)}");
            if (failure.TryGetProperty("stack", out var stack))
            {
                page.Whole(SafeText.Lines(stack.GetString()));
            }
        }

        LogText.Write(letter, page);
        if (letter.TryGetProperty("payload", out var payload))
        {
            page.Whole("");
            page.Whole("payload");
            page.Whole(SafeText.Json(payload));
        }
    }
}
