namespace Celerity.Stages.Planning;

/// <summary>How fast a stage's code was.</summary>
/// <param name="Records">Records read.</param>
/// <param name="Seconds">What that took, of one core.</param>
internal readonly record struct StagePace(double Records, double Seconds)
{
    // Ten minutes of one core: what was measured before fades.
    private const double MostSeconds = 600;

    public static StagePace operator +(StagePace left, StagePace right) => new(left.Records + right.Records, left.Seconds + right.Seconds);

    /// <summary>The same pace, kept so that what is measured from now on counts.</summary>
    public StagePace Faded() => Seconds <= MostSeconds ? this : new StagePace(Records * MostSeconds / Seconds, MostSeconds);
}
