using System.Text.Json;
using Celerity.Cli.Api;
using Spectre.Console;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead actions</c>.</summary>
internal sealed class DeadActionsCommand : DeadSubcommand
{
    public DeadActionsCommand(AppOptions app, HttpMessageHandler? handler)
        : base("actions", "Replays and purges, the newest first.", app, handler) =>
        SetAction((parsed, cancellationToken) => ShowAsync(parsed, "dead-letter-actions", Show, cancellationToken));

    private static void Show(JsonElement answer, IAnsiConsole console)
    {
        var table = new Table().AddColumns("Asked for", "What", "State", "Done", "Set aside", "Refused", "Who", "Why", "Id");
        foreach (var action in answer.GetProperty("actions").EnumerateArray())
        {
            table.AddRow(
                Cell(When(action, "createdAt")),
                Cell(Text(action, "kind")),
                Cell(Text(action, "state")),
                Cell($"{Number(action, "done"):N0}"),
                Cell($"{Number(action, "setAside"):N0}"),
                Cell($"{Number(action, "refused"):N0}"),
                Cell(Text(action, "who")),
                Cell(Text(action, "why")),
                Cell(Text(action, "id")));
        }

        console.Write(table);
    }
}
