namespace Celerity.Alerts;

/// <summary>A rule as it is shown.</summary>
internal sealed record AlertRuleView(
    string Name, AlertKind Kind, double Threshold, double ClearBelow, int ForMinutes, AlertSeverity Severity, bool IsEnabled, string Unit, string Text)
{
    public static AlertRuleView Of(AlertRule rule) => new(
        rule.Name, rule.Kind, rule.Threshold, rule.ClearAt, rule.ForMinutes, rule.Severity, rule.IsEnabled, rule.Unit, rule.Text);
}
