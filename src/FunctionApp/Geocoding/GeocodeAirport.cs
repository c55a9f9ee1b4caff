using Celerity;
using Microsoft.Extensions.Logging;

namespace FunctionApp.Geocoding;

/// <summary>Finds where an airport lies.</summary>
/// <param name="Code">Its code, such as SFO.</param>
[CelerityTask("airports.geocode")]
public sealed record GeocodeAirport(string Code);

/// <summary>A place on the globe, in degrees.</summary>
public sealed record Place(double Latitude, double Longitude);

/// <summary>The worked example of a task handler. A small table stands for the rate-limited service that a real one would call.</summary>
public sealed partial class GeocodeAirportHandler : ITaskHandler<GeocodeAirport>
{
    private static readonly Dictionary<string, Place> Places = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ATL"] = new(33.6367, -84.4281),
        ["JFK"] = new(40.6398, -73.7789),
        ["LAX"] = new(33.9425, -118.4081),
        ["ORD"] = new(41.9786, -87.9048),
        ["SFO"] = new(37.6190, -122.3749),
    };

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(GeocodeAirport task, TaskContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(context);
        LogSearch(context.Logger, task.Code);
        return ValueTask.FromResult(Places.TryGetValue(task.Code, out var place)
            ? TaskOutcome.CompletedWith(place)
            : TaskOutcome.DeadLetter($"no airport has the code '{task.Code}'"));
    }

    [LoggerMessage(1, LogLevel.Information, "Looking for the airport {Code}")]
    private static partial void LogSearch(ILogger logger, string code);
}
