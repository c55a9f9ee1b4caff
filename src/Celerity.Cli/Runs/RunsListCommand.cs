using System.Globalization;
using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Runs;

/// <summary><c>celerity runs list</c>.</summary>
internal sealed class RunsListCommand : AppCommand
{
    public RunsListCommand(AppOptions app, Surroundings around)
        : base("list", "Runs, the newest first.", app, around)
    {
        var filter = new RunFilterOptions(around.Time.LocalTimeZone);
        filter.AddTo(this);
        var limit = CheckedOption.Limit("How many.", 50, 200);
        var after = CheckedOption.Text("--after", "ID", "Where to go on: what the page before has said.");
        Options.Add(limit);
        Options.Add(after);
        SetAction((parsed, cancellationToken) =>
        {
            var query = filter.Read(parsed).ToDictionary();
            query["limit"] = parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture);
            if (parsed.GetValue(after) is { } cursor)
            {
                query["after"] = cursor;
            }

            return ShowAsync(parsed, $"runs?{string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"))}", Show, cancellationToken);
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity runs list --pipeline flight-delays --state failed", "what failed of a pipeline"),
        ("celerity runs list --tag monthly --since 2026-01-31", "since that day, by a tag"),
        ("celerity runs list --limit 200 --json | jq -r '.runs[].id'", "their ids for a script"),
    ];

    private static void Show(JsonElement answer, Page page)
    {
        var runs = answer.GetProperty("runs").EnumerateArray().ToList();
        if (runs.Count == 0)
        {
            page.Line("No run fits.");
        }

        foreach (var run in runs)
        {
            var (state, tags) = (Text(run, "state"), string.Join(' ', run.GetProperty("tags").EnumerateArray().Select(tag => $"#{SafeText.Line(tag.GetString())}")));
            var facts = $"  {When(run, "createdAt")}  {Text(run, "pipeline")}  {tags}";
            page.Line(state == "failed" ? facts : $"{state,-9}{facts}", state == "failed" ? $"{state,-9}" : "");
            page.Whole($"  {Text(run, "id")}");
        }

        if (Text(answer, "next") is { Length: > 0 } next)
        {
            page.Whole($"There are more: --after {next}");
        }
    }
}
