namespace Celerity.FragileApp;

/// <summary>Adds values up. What a record's note says decides which way its chunk goes: every way that a stage knows.</summary>
public sealed class FragileSum : IStage<FragileTotal, FragileReport>
{
    /// <summary>The setting that names a file: the first chunk that would fail once takes it away, and fails.</summary>
    public const string FailOnceFile = "FRAGILE_FAIL_ONCE_FILE";

    /// <summary>The setting that names a file: as long as it is there, a chunk that waits for something waits.</summary>
    public const string WaitFile = "FRAGILE_WAIT_FILE";

    private const int LongNote = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly string? FailOnce = Environment.GetEnvironmentVariable(FailOnceFile);
    private static readonly string? Wait = Environment.GetEnvironmentVariable(WaitFile);

    /// <inheritdoc/>
    public IReadOnlyList<string> RequiredColumns { get; } = ["value", "note"];

    /// <inheritdoc/>
    public ChunkRetry Retry { get; } = new(3, TimeSpan.Zero, TimeSpan.Zero);

    /// <inheritdoc/>
    public FragileTotal Empty() => new(0, []);

    /// <inheritdoc/>
    public async ValueTask<FragileTotal> ProcessAsync(RecordReader records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        var (value, note) = (records.GetOrdinal("value"), records.GetOrdinal("note"));
        var sum = 0L;
        var notes = new List<string>();
        while (records.Read())
        {
            var text = records.GetText(note).ToString();
            switch (text)
            {
                case "rejected":
                    records.Reject("its note says so");
                    continue;
                case "fails":
                    throw new InvalidOperationException("Its note says so.");
                case "fails once" when File.Exists(FailOnce):
                    File.Delete(FailOnce);
                    throw new InvalidOperationException("Its note says so, this once.");
                case "waits":
                    await WaitAsync(cancellationToken);
                    break;
                case { Length: > LongNote }:
                    notes.Add(text);
                    break;
            }

            sum += records.TryGetInt32(value, out var number) ? number : 0;
        }

        return new FragileTotal(sum, notes);
    }

    /// <inheritdoc/>
    public FragileTotal Combine(FragileTotal left, FragileTotal right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new FragileTotal(left.Sum + right.Sum, [.. left.LongNotes, .. right.LongNotes]);
    }

    /// <inheritdoc/>
    public FragileReport Finish(FragileTotal total)
    {
        ArgumentNullException.ThrowIfNull(total);
        return new FragileReport(total.Sum, total.LongNotes.Sum(note => note.Length));
    }

    // A second file tells that it does.
    private static async Task WaitAsync(CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync($"{Wait}-reached", "", cancellationToken);
        using var timer = new PeriodicTimer(Interval);
        while (File.Exists(Wait))
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}

/// <summary>A partial result.</summary>
/// <param name="Sum">The sum of the values.</param>
/// <param name="LongNotes">The long notes: what makes a partial result too large for a row.</param>
public sealed record FragileTotal(long Sum, IReadOnlyList<string> LongNotes);

/// <summary>The result.</summary>
/// <param name="Sum">The sum of the values.</param>
/// <param name="LongNoteLength">How many characters the long notes have.</param>
public sealed record FragileReport(long Sum, int LongNoteLength);
