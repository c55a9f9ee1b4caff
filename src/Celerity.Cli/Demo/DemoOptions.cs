using Celerity.Cli.Flights;

namespace Celerity.Cli.Demo;

/// <summary>What the user asked of the demo.</summary>
internal sealed record DemoOptions
{
    public int Records { get; init; } = FlightsCsv.AllRecords;

    public int ChunkSize { get; init; } = 1000;

    public int Workers { get; init; } = 1;

    public bool Json { get; init; }

    public bool KeepRunning { get; init; }
}
