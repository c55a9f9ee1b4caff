namespace Celerity.Benchmarks;

/// <summary>What the chord benchmark measured.</summary>
internal sealed record ChordFigures
{
    public required int Tasks { get; init; }

    /// <summary>Gets the median time from the send to the run of the callback.</summary>
    public required double Seconds { get; init; }

    public required IReadOnlyList<double> AllSeconds { get; init; }

    public required double ColdSeconds { get; init; }

    /// <summary>Gets the time until the send returned, of the median round.</summary>
    public required double SendSeconds { get; init; }

    public required long StorageRequests { get; init; }
}
