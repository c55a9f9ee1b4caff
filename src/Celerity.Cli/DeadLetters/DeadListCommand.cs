using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Celerity.Cli.Api;
using Spectre.Console;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead list</c>.</summary>
internal sealed class DeadListCommand : DeadSubcommand
{
    public DeadListCommand(AppOptions app, HttpMessageHandler? handler)
        : base("list", "Dead letters, cause by cause, the newest first.", app, handler)
    {
        var query = new DeadLetterQueryOptions();
        query.AddTo(this);
        var limit = new Option<int>("--limit") { Description = "How many, 1 to 200.", HelpName = "N", DefaultValueFactory = _ => 50 };
        var after = new Option<string>("--after") { Description = "Where to go on: what the page before has said.", HelpName = "CURSOR" };
        Options.Add(limit);
        Options.Add(after);
        SetAction((parsed, cancellationToken) => ShowAsync(
            parsed,
            $"dead-letters?{query.Query(parsed, ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)), ("after", parsed.GetValue(after)))}",
            Show,
            cancellationToken));
    }

    private static void Show(JsonElement answer, IAnsiConsole console)
    {
        var table = new Table().AddColumns("Ended", "State", "Severity", "Task", "Why", "Id");
        foreach (var letter in answer.GetProperty("letters").EnumerateArray())
        {
            table.AddRow(
                Cell(When(letter, "at")),
                Cell(Text(letter, "state")),
                Severity(letter),
                Cell(Text(letter, "task")),
                Cell(Text(letter, "reason")),
                Cell(Text(letter, "id", 600)));
        }

        console.Write(table);
        if (Text(answer, "next", 600) is { Length: > 0 } next)
        {
            console.WriteLine($"There are more: --after {next}");
        }
    }
}
