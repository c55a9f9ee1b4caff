namespace Celerity.Benchmarks;

/// <summary>What the fair benchmark measured.</summary>
/// <param name="Alone">Small runs with nothing beside them.</param>
/// <param name="Beside">Small runs beside a giant one.</param>
/// <param name="GiantDone">What share of the giant's chunks had ended after the last of them; all of them, and too little was beside it.</param>
internal sealed record FairFigures(SmallRuns Alone, SmallRuns Beside, double GiantDone)
{
    public const double RatioLimit = 2;

    public double Ratio => Beside.Median / Alone.Median;

    public bool IsFair => Ratio <= RatioLimit && GiantDone < 1;
}

/// <summary>Small runs, one after another.</summary>
/// <param name="Seconds">How long each took, from its start over HTTP to its result.</param>
internal sealed record SmallRuns(IReadOnlyList<double> Seconds)
{
    public double Median => Seconds.Order().ElementAt(Seconds.Count / 2);
}
