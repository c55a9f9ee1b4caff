using System.Globalization;
using Celerity.Retry;
using Celerity.Stages.Outputs;
using Celerity.Storage;

namespace Celerity.Stages.Ledger;

/// <summary>How one chunk ended: a ledger row. It is inserted once and never changes.</summary>
internal sealed record ChunkEnd
{
    public const string RecordsColumn = "records";
    public const string RejectedColumn = "rejected";
    public const string CategoryColumn = "category";
    public const string ReasonColumn = "reason";
    public const string AttemptColumn = "attempt";

    private const string CrashesColumn = "crashes";
    private const string FailuresColumn = "failures";
    private const string PartialColumn = "partial";
    private const string PartialBlobColumn = "partialBlob";
    private const string SpanColumn = "span";
    private const string GenerationColumn = "generation";
    private const string OutputColumn = "output";
    private const string RejectsColumn = "rejects";

    /// <summary>Gets the columns to read where partial results are not wanted.</summary>
    public static IReadOnlyList<string> Facts { get; } =
        [RecordsColumn, RejectedColumn, CategoryColumn, ReasonColumn, AttemptColumn, CrashesColumn, FailuresColumn, GenerationColumn];

    /// <summary>Gets the columns to read where only what chunks wrote and rejected is wanted.</summary>
    public static IReadOnlyList<string> Outputs { get; } = [OutputColumn, RejectsColumn];

    public required int Chunk { get; init; }

    /// <summary>Gets how many records were read, rejected ones included.</summary>
    public int Records { get; init; }

    public int Rejected { get; init; }

    /// <summary>Gets the attempt that ended it, 1 on the first.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Gets how often the process died while it ran a dead chunk.</summary>
    public int Crashes { get; init; }

    /// <summary>Gets why the chunk is dead; <see langword="null"/> on one that succeeded.</summary>
    public ErrorCategory? Category { get; init; }

    /// <summary>Gets the last failure's message on a dead chunk.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the failed attempts of a dead chunk.</summary>
    public IReadOnlyList<FailureRecord> Failures { get; init; } = [];

    /// <summary>Gets the packed partial result, where it is small enough for the row.</summary>
    public byte[]? Partial { get; init; }

    /// <summary>Gets the blob that holds the packed partial result otherwise.</summary>
    public string? PartialBlob { get; init; }

    /// <summary>Gets how many chunks from this one on the partial result covers; 0 where an earlier row's covers this chunk.</summary>
    public int Span { get; init; }

    /// <summary>Gets the generation that ran it, where it was taken over; 0 where that is the stage's own.</summary>
    public int Generation { get; init; }

    /// <summary>Gets where lies what it wrote, if anything.</summary>
    public OutputPiece? Output { get; init; }

    /// <summary>Gets where its rejected records lie, if any.</summary>
    public OutputPiece? Rejects { get; init; }

    /// <summary>Gets how long the attempt ran that ended it well; it is told, and not stored.</summary>
    public TimeSpan? Duration { get; init; }

    public bool IsDead => Category is not null;

    public static string RowKeyOf(int chunk) => chunk.ToString("D8", CultureInfo.InvariantCulture);

    public static ChunkEnd From(TableRow row) => new()
    {
        Chunk = int.Parse(row.RowKey, CultureInfo.InvariantCulture),
        Records = row.GetInt32(RecordsColumn),
        Rejected = row.GetInt32(RejectedColumn),
        Attempt = row.GetInt32(AttemptColumn),
        Crashes = row.GetInt32(CrashesColumn),
        Category = row.FindString(CategoryColumn) is { } category ? Enum.Parse<ErrorCategory>(category) : null,
        Reason = row.FindString(ReasonColumn),
        Failures = FailureHistory.Read(row.FindString(FailuresColumn)),
        Partial = row.FindBytes(PartialColumn),
        PartialBlob = row.FindString(PartialBlobColumn),
        Span = row.GetInt32(SpanColumn),
        Generation = row.GetInt32(GenerationColumn),
        Output = row.FindString(OutputColumn) is { } output ? CelerityJson.Read<OutputPiece>(output) : null,
        Rejects = row.FindString(RejectsColumn) is { } rejects ? CelerityJson.Read<OutputPiece>(rejects) : null,
    };

    public TableRow ToRow(string partition)
    {
        var values = new Dictionary<string, object>
        {
            [RecordsColumn] = Records,
            [RejectedColumn] = Rejected,
            [AttemptColumn] = Attempt,
            [SpanColumn] = Span,
        };
        values.AddIfPresent(CategoryColumn, Category?.ToString());
        values.AddIfPresent(ReasonColumn, Reason);
        values.AddIfPresent(CrashesColumn, Crashes > 0 ? Crashes : null);
        values.AddIfPresent(FailuresColumn, FailureHistory.Write(Failures));
        values.AddIfPresent(PartialColumn, Partial);
        values.AddIfPresent(PartialBlobColumn, PartialBlob);
        values.AddIfPresent(GenerationColumn, Generation > 0 ? Generation : null);
        values.AddIfPresent(OutputColumn, Output is null ? null : CelerityJson.Write(Output));
        values.AddIfPresent(RejectsColumn, Rejects is null ? null : CelerityJson.Write(Rejects));
        return new TableRow(partition, RowKeyOf(Chunk), values);
    }
}
