namespace Celerity.Alerts;

/// <summary>How much an alert matters.</summary>
internal enum AlertSeverity
{
    /// <summary>Somebody should look at it today.</summary>
    Warning,

    /// <summary>Somebody must look at it now.</summary>
    Critical,
}
