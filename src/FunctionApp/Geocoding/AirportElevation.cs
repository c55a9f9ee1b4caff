using Celerity;

namespace FunctionApp.Geocoding;

/// <summary>Finds how high an airport lies.</summary>
/// <param name="Code">Its code, such as SFO.</param>
[CelerityTask("airports.elevation", BatchSize = 20, BatchWaitSeconds = 0.2)]
public sealed record AirportElevation(string Code);

/// <summary>A height above the sea.</summary>
public sealed record Elevation(int Feet);

/// <summary>The worked example of a batch handler: up to 20 airports are one question to the service, for which a small table stands.</summary>
public sealed class AirportElevationHandler : IBatchHandler<AirportElevation, Elevation>
{
    private static readonly Dictionary<string, int> Feet = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ATL"] = 1026,
        ["JFK"] = 13,
        ["LAX"] = 128,
        ["ORD"] = 672,
        ["SFO"] = 13,
    };

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<TaskOutcome<Elevation>>> HandleAsync(
        IReadOnlyList<BatchItem<AirportElevation>> items, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(items);
        var found = await AskAsync([.. items.Select(item => item.Task.Code).Distinct(StringComparer.OrdinalIgnoreCase)], cancellationToken);
        return [.. items.Select(item => OutcomeOf(item.Task.Code))];

        TaskOutcome<Elevation> OutcomeOf(string code) => found.TryGetValue(code, out var feet)
            ? new Elevation(feet)
            : TaskOutcome.DeadLetter($"no airport has the code '{code}'");
    }

    private static Task<Dictionary<string, int>> AskAsync(IReadOnlyList<string> codes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(codes.Where(Feet.ContainsKey).ToDictionary(code => code, code => Feet[code], StringComparer.OrdinalIgnoreCase));
    }
}
