namespace Celerity.Tests.Stages.Outputs;

/// <summary>Writes each number of the column <c>n</c> but those that are dropped, with a text that has all that a format must protect.</summary>
internal sealed class NumberTransform : ITransform<NumberRecord>
{
    public IReadOnlyList<string> RequiredColumns => ["n"];

    public ChunkRetry Retry => ChunkRetry.Default with { MaxAttempts = 1 };

    public DatasetFormat Format { get; init; }

    /// <summary>Gets what is called with the first number of each chunk, to fail it.</summary>
    public Action<int>? OnChunk { get; init; }

    public Func<int, bool> Drops { get; init; } = _ => false;

    /// <summary>Gets how often each is written.</summary>
    public int Repeats { get; init; } = 1;

    public static string? TextOf(int number) => (number % 4) switch { 0 => null, 1 => "", 2 => $" a \"{number}\",\r\n\u20ac\U0001F600", _ => "plain" };

    public ValueTask ProcessAsync(RecordReader records, RecordWriter<NumberRecord> output, CancellationToken cancellationToken)
    {
        var isFirst = true;
        while (records.Read())
        {
            if (!records.TryGetInt32(0, out var number))
            {
                records.Reject("n is no number");
                continue;
            }

            for (var left = Drops(number) ? 0 : Repeats; left > 0; left--)
            {
                output.Write(new NumberRecord(number, TextOf(number)));
            }

            // After it has written: of a chunk that fails nothing is kept.
            if (isFirst)
            {
                OnChunk?.Invoke(number);
                isFirst = false;
            }
        }

        return ValueTask.CompletedTask;
    }
}
