namespace Celerity.Alerts;

/// <summary>The alerts, the rules and the silences as they are shown.</summary>
internal sealed record AlertList(DateTimeOffset At, IReadOnlyList<AlertView> Alerts, IReadOnlyList<AlertRuleView> Rules, IReadOnlyList<AlertSilence> Silences);
