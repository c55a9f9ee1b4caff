using System.Globalization;
using Celerity.Alerts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:Alerts</c>, and refuses what cannot be.</summary>
internal static class AlertSettings
{
    private const string Section = "Celerity:Alerts";
    private const string Rules = "Rules";
    private const string Receivers = "Receivers";

    private static readonly Dictionary<string, Func<RuleChange, string, bool>> RuleSettings = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(AlertRule.Threshold)] = (change, text) => TryRead(text, value => change.Rule = change.Rule with { Threshold = value }),
        [nameof(AlertRule.ClearBelow)] = (change, text) => TryRead(text, value => change.Rule = change.Rule with { ClearBelow = value }),
        [nameof(AlertRule.ForMinutes)] = (change, text) => Tasks.TaskOptionsSource.TryRead(text, (int value) => change.Rule = change.Rule with { ForMinutes = value }),
        [nameof(AlertRule.Severity)] = (change, text) => SettingSection.TryRead<AlertSeverity>(text, value => change.Rule = change.Rule with { Severity = value }),
        ["Enabled"] = (change, text) => SettingSection.TryRead(text, value => change.Rule = change.Rule with { IsEnabled = value }),
    };

    private static readonly Dictionary<string, Func<ReceiverChange, string, bool>> ReceiverSettings = new(StringComparer.OrdinalIgnoreCase)
    {
        // An address that cannot be read is refused with the receiver, in words that do not quote it.
        ["Address"] = (change, text) => (change.Options.Url = Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : null) is null || true,
        ["Secret"] = (change, text) => (change.Options.Secret = text) is not null,
        ["Kind"] = (change, text) => SettingSection.TryRead<AlertReceiverKind>(text, value => change.Kind = value),
        ["MinSeverity"] = (change, text) => SettingSection.TryRead<AlertSeverity>(text, value => change.MinSeverity = value),
        [nameof(WebhookOptions.Timeout)] = (change, text) => Tasks.TaskOptionsSource.TryRead(text, (TimeSpan value) => change.Options.Timeout = value),
        [nameof(WebhookOptions.AllowLoopback)] = (change, text) => SettingSection.TryRead(text, value => change.Options.AllowLoopback = value),
        [nameof(WebhookOptions.AllowPrivateNetworks)] = (change, text) => SettingSection.TryRead(text, value => change.Options.AllowPrivateNetworks = value),
    };

    /// <exception cref="CelerityException">CEL0308: a setting is unknown, cannot be read or is out of its range; CEL0336: a receiver is set up wrongly.</exception>
    public static void Bind(IConfiguration configuration, IServiceCollection services)
    {
        services.AddCelerityAlerts();
        var section = configuration.GetSection(Section);
        if (section.GetChildren().FirstOrDefault(child => !IsOne(child, Rules) && !IsOne(child, Receivers)) is { } unknown)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{unknown.Path} is no setting of alerts. There are {Rules} and {Receivers}.");
        }

        var rules = services.GetOrAddInstance<AlertRules>();
        foreach (var child in section.GetSection(Rules).GetChildren())
        {
            var change = new RuleChange(rules.Find(child.Key) ?? throw new CelerityException(
                ErrorCodes.SettingOutOfRange, $"{child.Path} is no alert rule. There are {string.Join(", ", rules.All.Select(rule => rule.Name))}."));
            SettingSection.Apply(child, change, RuleSettings, "an alert rule", "Numbers are written as 0.05, minutes as 10, severities as Warning or Critical, flags as true.");
            rules.Set(change.Rule, child.Path);
        }

        foreach (var child in section.GetSection(Receivers).GetChildren())
        {
            var change = new ReceiverChange();
            SettingSection.Apply(
                child, change, ReceiverSettings, "an alert receiver", "Kinds are Generic, Slack and Teams, severities Warning and Critical; times are written as 00:00:10, flags as true.");
            services.AddCelerityAlertReceiver(new AlertReceiver(child.Key, change.Kind, change.MinSeverity, change.Options));
        }
    }

    private static bool IsOne(IConfigurationSection section, string name) => string.Equals(section.Key, name, StringComparison.OrdinalIgnoreCase);

    private static bool TryRead(string text, Action<double> set)
    {
        var isRead = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value);
        set(value);
        return isRead;
    }

    private sealed class RuleChange(AlertRule rule)
    {
        public AlertRule Rule { get; set; } = rule;
    }

    private sealed class ReceiverChange
    {
        public WebhookOptions Options { get; } = new();

        public AlertReceiverKind Kind { get; set; }

        public AlertSeverity MinSeverity { get; set; }
    }
}
