using Celerity.History;
using CsCheck;
using Xunit;

namespace Celerity.Tests.History;

public sealed class LogHistogramTests
{
    private static readonly Gen<List<double>> Durations = Gen.Double[Math.Log(0.001), Math.Log(100_000)].Select(Math.Exp).List[1, 200];

    [Fact]
    public void Quantile_IsNoFurtherOffThanIsPromised() => Gen.Select(Durations, Gen.Double[0.01, 1]).Sample((durations, share) =>
    {
        var histogram = Of(durations);
        var exact = durations.Order().ElementAt((int)Math.Ceiling(share * durations.Count) - 1);

        Assert.InRange(histogram.Quantile(share)!.Value / exact, 1 - LogHistogram.MaxError, 1 + LogHistogram.MaxError);
    });

    [Fact]
    public void Histograms_AddedUp_AreThatOfAll() => Gen.Select(Durations, Durations).Sample((one, other) =>
    {
        var sum = Of(one);
        sum.Add(Of(other));

        Assert.Equal(Of([.. one, .. other]).Buckets, sum.Buckets);
    });

    [Fact]
    public void Quantile_OfNothing_IsNone() => Assert.Null(new LogHistogram().Quantile(0.95));

    [Theory]
    [InlineData(-1, 0.001)]
    [InlineData(0, 0.001)]
    [InlineData(0.001, 0.001)]
    [InlineData(1e9, 134_217.728)]
    public void Quantile_OutOfItsRange_IsItsEnd(double seconds, double told) => Assert.Equal(told, Of([seconds]).Quantile(0.5)!.Value, 1e-9);

    private static LogHistogram Of(IEnumerable<double> durations)
    {
        var histogram = new LogHistogram();
        foreach (var duration in durations)
        {
            histogram.Record(duration);
        }

        return histogram;
    }
}
