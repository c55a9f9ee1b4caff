namespace Celerity.Tests.Stages;

/// <summary>Adds up the column <c>n</c>, and remembers the order of what it saw.</summary>
internal sealed class SumStage : IStage<SumStage.Totals, SumStage.Totals>
{
    public sealed record Totals(long Sum, string Seen);

    public IReadOnlyList<string> RequiredColumns => ["n"];

    public ChunkRetry Retry { get; init; } = ChunkRetry.Default;

    /// <summary>Gets what is called with the first number of each chunk, to fail it.</summary>
    public Action<int>? OnChunk { get; init; }

    public Totals Empty() => new(0, "");

    public ValueTask<Totals> ProcessAsync(RecordReader records, CancellationToken cancellationToken)
    {
        var column = records.GetOrdinal("n");
        var (sum, seen) = (0L, "");
        while (records.Read())
        {
            if (!records.TryGetInt32(column, out var number))
            {
                records.Reject("n is no number");
                continue;
            }

            if (seen.Length == 0)
            {
                OnChunk?.Invoke(number);
            }

            sum += number;
            seen += $"{number};";
        }

        return ValueTask.FromResult(new Totals(sum, seen));
    }

    public Totals Combine(Totals left, Totals right) => new(left.Sum + right.Sum, left.Seen + right.Seen);

    public Totals Finish(Totals total) => total;
}
