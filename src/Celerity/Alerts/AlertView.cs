namespace Celerity.Alerts;

/// <summary>An alert as it is shown.</summary>
internal sealed record AlertView(
    string Rule,
    string Subject,
    AlertState State,
    bool IsSilenced,
    AlertSeverity Severity,
    double Value,
    double? Threshold,
    string? Unit,
    DateTimeOffset Since,
    string Text);
