namespace FunctionApp.Routes;

/// <summary>A flight that makes sense.</summary>
/// <param name="Day">When it was.</param>
/// <param name="Origin">From where, such as SFO.</param>
/// <param name="Destination">Where to.</param>
/// <param name="DelayMinutes">How late it was; early ones are negative.</param>
/// <param name="DistanceMiles">How far.</param>
public sealed record CleanFlight(DateOnly Day, string Origin, string Destination, int DelayMinutes, int DistanceMiles);
