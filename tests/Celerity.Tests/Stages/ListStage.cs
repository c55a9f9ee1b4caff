namespace Celerity.Tests.Stages;

/// <summary>Lists what it saw, and joins in place, as a stage may.</summary>
internal sealed class ListStage : IStage<List<double>, List<double>>
{
    public ChunkRetry Retry { get; init; } = ChunkRetry.Default;

    /// <summary>Gets what makes a chunk's numbers of its first field.</summary>
    public Func<int, double> Number { get; init; } = number => number;

    /// <summary>Gets what is called before two lists are joined.</summary>
    public Action<List<double>, List<double>>? OnCombine { get; init; }

    public List<double> Empty() => [];

    public ValueTask<List<double>> ProcessAsync(RecordReader records, CancellationToken cancellationToken)
    {
        var numbers = new List<double>();
        while (records.Read())
        {
            _ = records.TryGetInt32(0, out var number);
            numbers.Add(Number(number));
        }

        return ValueTask.FromResult(numbers);
    }

    public List<double> Combine(List<double> left, List<double> right)
    {
        OnCombine?.Invoke(left, right);
        left.AddRange(right);
        return left;
    }

    public List<double> Finish(List<double> total) => total;
}
