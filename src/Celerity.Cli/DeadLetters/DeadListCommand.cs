using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead list</c>.</summary>
internal sealed class DeadListCommand : AppCommand
{
    private const int LongestId = 600;

    public DeadListCommand(AppOptions app, Surroundings around)
        : base("list", "Dead letters, cause by cause, the newest first.", app, around)
    {
        var query = new DeadLetterQueryOptions(around.Time.LocalTimeZone);
        query.AddTo(this);
        var limit = CheckedOption.Limit("How many.", 50, 200);
        var after = new Option<string>("--after") { Description = "Where to go on: what the page before has said.", HelpName = "CURSOR" };
        Options.Add(limit);
        Options.Add(after);
        SetAction((parsed, cancellationToken) => ShowAsync(
            parsed,
            $"dead-letters?{query.Query(parsed, ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)), ("after", parsed.GetValue(after)))}",
            Show,
            cancellationToken));
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity dead list --group 3f2ab19c55d0e1f2", "the letters of one cause"),
        ("celerity dead list --task 'invoices.*' --since 2026-01-31 --state open", "what failed since that day and waits"),
        ("celerity dead list --limit 200 --json | jq -r '.letters[].id'", "their ids for a script"),
    ];

    private static void Show(JsonElement answer, Page page)
    {
        var letters = answer.GetProperty("letters").EnumerateArray().ToList();
        if (letters.Count == 0)
        {
            page.Line("No letter fits.");
        }

        foreach (var letter in letters)
        {
            var severity = Text(letter, "severity");
            var facts = $" {When(letter, "at")}  {Text(letter, "state"),-8}  {Text(letter, "task")}";
            page.Line(severity is "critical" or "high" ? facts : $"{severity,-8}{facts}", severity is "critical" or "high" ? $"{severity,-8}" : "");
            page.Line($"  {Text(letter, "reason")}");
            page.Whole($"  {Text(letter, "id", LongestId)}");
        }

        if (Text(answer, "next", LongestId) is { Length: > 0 } next)
        {
            page.Whole($"There are more: --after {next}");
        }
    }
}
