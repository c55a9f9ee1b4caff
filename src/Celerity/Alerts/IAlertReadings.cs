namespace Celerity.Alerts;

/// <summary>A source of what rules look at.</summary>
internal interface IAlertReadings
{
    /// <summary>Adds what was measured. A kind that is not added was not measured: its alerts stay as they are. A subject that is left out of one that is counts as 0.</summary>
    ValueTask ReadAsync(AlertReadings readings, CancellationToken cancellationToken);
}
