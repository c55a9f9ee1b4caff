using System.Globalization;
using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead groups</c>.</summary>
internal sealed class DeadGroupsCommand : AppCommand
{
    private const string Bars = "·▁▂▃▄▅▆▇█";

    public DeadGroupsCommand(AppOptions app, Surroundings around)
        : base("groups", "What failed for good, by cause; what hurts most comes first.", app, around)
    {
        var query = DeadLetterQueryOptions.OfGroups();
        query.AddTo(this);
        var limit = CheckedOption.Limit("How many.", 100, 1000);
        Options.Add(limit);
        SetAction((parsed, cancellationToken) => ShowAsync(
            parsed,
            $"dead-letter-groups?{query.Query(parsed, ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)))}",
            Show,
            cancellationToken));
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity dead groups", "what hurts most, by cause"),
        ("celerity dead groups --task 'invoices.*' --severity high", "the bad ones of some tasks"),
        ("celerity dead groups --json | jq '.groups[].id'", "their ids for a script"),
    ];

    private static void Show(JsonElement answer, Page page)
    {
        var groups = answer.GetProperty("groups").EnumerateArray().ToList();
        if (groups.Count == 0)
        {
            page.Line("No group fits: nothing of the kind has failed for good.");
            return;
        }

        foreach (var group in groups)
        {
            var severity = Text(group, "severity");
            var seen = Time(group, "lastSeen") is { } at ? $"  last {Instants.Distance(at, page.Now)}" : "";
            var figures = $"{Number(group, "open"),5:N0} open  24 h {Sparkline(group, "lastDay")}{seen}";
            page.Line(severity is "critical" or "high" ? figures : $"{severity,-8}{figures}", severity is "critical" or "high" ? $"{severity,-8}" : "");
            page.Whole($"  {Text(group, "id")}  {Text(group, "task")}");
            page.Line($"  {$"{Text(group, "exception")} {Text(group, "reason")}".Trim()}");
        }

        var shown = Number(answer, "count") > groups.Count ? $"; the first {groups.Count:N0} are shown, --limit takes up to 1,000" : "";
        page.Line($"{Number(answer, "open"):N0} open in {Number(answer, "count"):N0} groups{shown}.");
    }

    // Hour by hour, the latest last.
    private static string Sparkline(JsonElement json, string name)
    {
        var numbers = json.TryGetProperty(name, out var values) ? values.EnumerateArray().Take(24).Select(value => value.GetInt32()).ToList() : [];
        var most = numbers.DefaultIfEmpty(0).Max();
        return string.Concat(numbers.Select(number => Bars[number <= 0 ? 0 : 1 + (int)((Bars.Length - 2) * (double)number / most)]));
    }
}
