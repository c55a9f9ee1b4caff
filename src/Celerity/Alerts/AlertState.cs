namespace Celerity.Alerts;

/// <summary>How far an alert is.</summary>
internal enum AlertState
{
    /// <summary>Its value is above the threshold, not yet for as long as the rule asks.</summary>
    Pending,

    /// <summary>It holds.</summary>
    Firing,

    /// <summary>It held, and does not any more.</summary>
    Resolved,
}
