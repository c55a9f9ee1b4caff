using System.Text.Json;
using Celerity.Cli.Api;
using Spectre.Console;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead groups</c>.</summary>
internal sealed class DeadGroupsCommand : DeadSubcommand
{
    public DeadGroupsCommand(AppOptions app, HttpMessageHandler? handler)
        : base("groups", "What failed for good, by cause; what hurts most comes first.", app, handler)
    {
        var query = new DeadLetterQueryOptions();
        query.AddTo(this);
        SetAction((parsed, cancellationToken) => ShowAsync(parsed, $"dead-letter-groups?{query.Query(parsed)}", Show, cancellationToken));
    }

    private static void Show(JsonElement answer, IAnsiConsole console)
    {
        if (answer.GetProperty("count").GetInt32() == 0)
        {
            console.WriteLine("Nothing has failed for good.");
            return;
        }

        var table = new Table().AddColumns("Severity", "Open", "Last 24 h", "Task", "Why", "Last seen", "Group");
        foreach (var group in answer.GetProperty("groups").EnumerateArray())
        {
            table.AddRow(
                Severity(group),
                Cell($"{Number(group, "open"):N0}"),
                Cell(Sparkline(group, "lastDay")),
                Cell(Text(group, "task")),
                Cell($"{Text(group, "exception")} {Text(group, "reason")}".Trim()),
                Cell(When(group, "lastSeen")),
                Cell(Text(group, "id")));
        }

        console.Write(table);
        console.WriteLine($"{Number(answer, "open"):N0} open in {Number(answer, "count"):N0} groups.");
    }
}
