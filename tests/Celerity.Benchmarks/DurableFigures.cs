namespace Celerity.Benchmarks;

/// <summary>What the durable benchmark measured.</summary>
internal sealed record DurableFigures
{
    public required IReadOnlyList<DurableRate> Rates { get; init; }

    /// <summary>Gets how many instances slept.</summary>
    public required int Sleepers { get; init; }

    /// <summary>Gets how much resident memory they took beyond what the process had before.</summary>
    public required double SleepersMegabytes { get; init; }

    /// <summary>Gets the times from the start of the function app's process to its first answer.</summary>
    public required IReadOnlyList<double> StartSeconds { get; init; }
}

/// <summary>How many of something a second, in each measured round.</summary>
internal sealed record DurableRate(string What, IReadOnlyList<double> Rounds)
{
    public double Median => Rounds.Order().ElementAt(Rounds.Count / 2);
}
