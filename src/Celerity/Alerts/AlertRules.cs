using System.Globalization;

namespace Celerity.Alerts;

/// <summary>The rules, with what configuration changes of them. Filled while the app is set up.</summary>
internal sealed class AlertRules
{
    private readonly List<AlertRule> _rules = [.. DefaultAlertRules.All];

    public IReadOnlyList<AlertRule> All => _rules;

    public AlertRule? Find(string name) => _rules.Find(rule => string.Equals(rule.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes what configuration says of a rule.</summary>
    /// <exception cref="CelerityException">CEL0308: a value is out of its range.</exception>
    public void Set(AlertRule rule, string path)
    {
        Require(rule.Threshold >= 0 && rule.Threshold <= rule.LargestThreshold, nameof(rule.Threshold), rule.Threshold, rule.LargestThreshold == 0 ? "0: it holds or does not" : Text($"0 to {rule.LargestThreshold}"));
        Require(rule.ClearAt >= 0 && rule.ClearAt <= rule.Threshold, nameof(rule.ClearBelow), rule.ClearAt, Text($"0 to the threshold, {rule.Threshold}"));
        Require(rule.ForMinutes is >= 0 and <= 10_080, nameof(rule.ForMinutes), rule.ForMinutes, "0 to 10080");
        _rules[_rules.FindIndex(known => known.Name == rule.Name)] = rule;

        void Require(bool holds, string setting, double found, string range)
        {
            if (!holds)
            {
                throw new CelerityException(ErrorCodes.SettingOutOfRange, Text($"{path}:{setting} is {found}; it must be {range}."));
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
