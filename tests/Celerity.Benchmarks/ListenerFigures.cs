namespace Celerity.Benchmarks;

/// <summary>What the listener benchmark measured: rates from the first task's start to the last one's end, medians where nothing else is said.</summary>
internal sealed record ListenerFigures
{
    public required int Tasks { get; init; }

    public required double ListenerPerSecond { get; init; }

    public required IReadOnlyList<double> AllListenerPerSecond { get; init; }

    public required double CelerityPerSecond { get; init; }

    public required IReadOnlyList<double> AllCelerityPerSecond { get; init; }

    /// <summary>Gets how many times as fast Celerity is.</summary>
    public required double Ratio { get; init; }
}
