using System.CommandLine;
using System.Text.Json;
using Celerity.Cli.Api;
using Spectre.Console;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead show</c>.</summary>
internal sealed class DeadShowCommand : DeadSubcommand
{
    private static readonly string[] Facts =
    [
        "task", "state", "severity", "category", "reason", "at", "host", "appVersion", "queue", "attempt", "crashes", "subjectId", "group", "run", "stage", "chunk",
        "correlationId", "traceId", "replayOf", "replays", "replayedAs", "replayedAt",
    ];

    public DeadShowCommand(AppOptions app, HttpMessageHandler? handler)
        : base("show", "One dead letter, whole.", app, handler)
    {
        var id = new Argument<string>("id") { Description = "The letter's id, or its task's." };
        Arguments.Add(id);
        SetAction((parsed, cancellationToken) => ShowAsync(
            parsed, $"dead-letters/{Uri.EscapeDataString(parsed.GetValue(id)!)}", Show, cancellationToken));
    }

    private static void Show(JsonElement letter, IAnsiConsole console)
    {
        foreach (var fact in Facts.Where(fact => Text(letter, fact) is not ("" or "0")))
        {
            console.WriteLine($"{fact,-14} {Text(letter, fact, 1200)}");
        }

        foreach (var failure in letter.GetProperty("failures").EnumerateArray())
        {
            console.WriteLine();
            console.WriteLine($"attempt {Number(failure, "attempt")} at {When(failure, "at")} on {Text(failure, "host")}, {Text(failure, "duration")}");
            console.WriteLine($"  {Text(failure, "type")} {Text(failure, "message", 1200)}");
            if (failure.TryGetProperty("stack", out var stack))
            {
                console.WriteLine(SafeText.Lines(stack.GetString()));
            }
        }

        if (letter.TryGetProperty("payload", out var payload))
        {
            console.WriteLine();
            console.WriteLine("payload");
            console.WriteLine(SafeText.Lines(Pretty(payload)));
        }
    }
}
