using System.Globalization;
using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead actions</c>.</summary>
internal sealed class DeadActionsCommand : AppCommand
{
    public DeadActionsCommand(AppOptions app, Surroundings around)
        : base("actions", "Replays and purges, the newest first.", app, around)
    {
        var limit = CheckedOption.Limit("How many.", 50, 200);
        Options.Add(limit);
        SetAction((parsed, cancellationToken) => ShowAsync(
            parsed, $"dead-letter-actions?limit={parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)}", Show, cancellationToken));
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity dead actions", "what was replayed and purged, by whom and why"),
        ("celerity dead actions --limit 1", "how far the latest is"),
    ];

    private static void Show(JsonElement answer, Page page)
    {
        var actions = answer.GetProperty("actions").EnumerateArray().ToList();
        if (actions.Count == 0)
        {
            page.Line("Nothing was replayed or purged.");
        }

        foreach (var action in actions)
        {
            page.Whole($"{When(action, "createdAt")}  {ActionWatch.Summary(action)}");
            page.Line($"  {Text(action, "who")}: {(Text(action, "why") is { Length: > 0 } why ? why : "no reason given")}");
            page.Whole($"  {Text(action, "id")}");
        }
    }
}
