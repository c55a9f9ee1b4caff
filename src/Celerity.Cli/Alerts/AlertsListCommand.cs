using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Alerts;

/// <summary><c>celerity alerts list</c>.</summary>
internal sealed class AlertsListCommand : AppCommand
{
    public AlertsListCommand(AppOptions app, Surroundings around)
        : base("list", "Alerts, what fires in front, and the silences.", app, around) =>
        SetAction((parsed, cancellationToken) => ShowAsync(parsed, "alerts", Show, cancellationToken));

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity alerts list", "for people"),
        ("celerity alerts list --json | jq -e '[.alerts[] | select(.state == \"firing\")] == []'", "fails while anything fires, for a script"),
    ];

    private static void Show(JsonElement answer, Page page)
    {
        var alerts = answer.GetProperty("alerts").EnumerateArray().ToList();
        if (alerts.Count == 0)
        {
            page.Line("Nothing is wrong.");
        }

        foreach (var alert in alerts)
        {
            var state = Text(alert, "state");
            var silenced = alert.GetProperty("isSilenced").GetBoolean() ? "  silenced" : "";
            var facts = $"  {Text(alert, "severity")}  {Text(alert, "rule")}  {Text(alert, "subject")}  since {When(alert, "since")}{silenced}";
            page.Line(state == "firing" ? facts : $"{state,-8}{facts}", state == "firing" ? $"{state,-8}" : "");
            page.Line($"  {Text(alert, "text")}");
        }

        foreach (var silence in answer.GetProperty("silences").EnumerateArray())
        {
            var (rule, subject) = (Text(silence, "rule"), Text(silence, "subject"));
            page.Line($"silence   {(rule.Length > 0 ? rule : "all rules")}  {(subject.Length > 0 ? subject : "all subjects")}  until {When(silence, "until")}  {Text(silence, "who")}  {Text(silence, "why")}");
            page.Whole($"  {Text(silence, "id")}");
        }
    }
}
