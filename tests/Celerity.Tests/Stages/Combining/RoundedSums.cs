namespace Celerity.Tests.Stages.Combining;

/// <summary>Sums whose last bits depend on the order in which they are made.</summary>
internal sealed class RoundedSums : IStage<double, double>
{
    public ChunkRetry Retry => ChunkRetry.Default with { MaxAttempts = 3 };

    /// <summary>Gets or sets what is called with each chunk's number, to fail it.</summary>
    public Action<int>? OnChunk { get; set; }

    public static double ValueOf(int number) => Math.Sin(number) * Math.Pow(10, number % 13);

    public double Empty() => 0;

    public ValueTask<double> ProcessAsync(RecordReader records, CancellationToken cancellationToken)
    {
        var sum = 0.0;
        while (records.Read())
        {
            _ = records.TryGetInt32(0, out var number);
            OnChunk?.Invoke(number);
            sum += ValueOf(number);
        }

        return ValueTask.FromResult(sum);
    }

    public double Combine(double left, double right) => left + right;

    public double Finish(double total) => total;
}
