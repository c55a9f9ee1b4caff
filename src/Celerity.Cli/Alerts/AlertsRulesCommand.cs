using System.Globalization;
using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Alerts;

/// <summary><c>celerity alerts rules</c>.</summary>
internal sealed class AlertsRulesCommand : AppCommand
{
    public AlertsRulesCommand(AppOptions app, Surroundings around)
        : base("rules", "The rules in force.", app, around) =>
        SetAction((parsed, cancellationToken) => ShowAsync(parsed, "alerts", Show, cancellationToken));

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity alerts rules", "thresholds, and for how long they must hold"),
    ];

    private static void Show(JsonElement answer, Page page)
    {
        foreach (var rule in answer.GetProperty("rules").EnumerateArray())
        {
            var threshold = rule.GetProperty("threshold").GetDouble();
            var above = Text(rule, "unit") == "flag" ? "" : string.Create(CultureInfo.InvariantCulture, $"  above {threshold:0.###} {Text(rule, "unit")}");
            var off = rule.GetProperty("isEnabled").GetBoolean() ? "" : "  off";
            page.Line($"{Text(rule, "name"),-17} {Text(rule, "severity"),-8}{above}  for {Number(rule, "forMinutes")} min{off}");
        }
    }
}
