using System.Globalization;

namespace Celerity.Tests.Stages.Outputs;

/// <summary>Reads what <see cref="NumberTransform"/> wrote, in whatever format: the numbers in order, each with whether its text came back.</summary>
internal sealed class ReadBackStage(DatasetFormat format) : IStage<string, string>
{
    public ChunkRetry Retry => ChunkRetry.Default with { MaxAttempts = 1 };

    /// <summary>Gets what is called with the first number of each chunk, to fail it.</summary>
    public Action<int>? OnChunk { get; init; }

    public string Empty() => "";

    public ValueTask<string> ProcessAsync(RecordReader records, CancellationToken cancellationToken)
    {
        var seen = "";
        while (records.Read())
        {
            var record = Read(records);
            if (seen.Length == 0)
            {
                OnChunk?.Invoke(record.N);
            }

            // CSV has no other way to say that there is nothing.
            var expected = NumberTransform.TextOf(record.N);
            var isSame = format == DatasetFormat.Csv ? record.Text == (expected ?? "") : record.Text == expected;
            seen += string.Create(CultureInfo.InvariantCulture, $"{record.N}{(isSame ? "" : "!" + Convert.ToHexString(System.Text.Encoding.BigEndianUnicode.GetBytes(record.Text ?? "")))};");
        }

        return ValueTask.FromResult(seen);
    }

    public string Combine(string left, string right) => left + right;

    public string Finish(string total) => total;

    private NumberRecord Read(RecordReader records)
    {
        if (format == DatasetFormat.Csv)
        {
            _ = records.TryGetInt32(records.GetOrdinal("n"), out var number);
            return new NumberRecord(number, records.GetText(records.GetOrdinal("text")).ToString());
        }

        return records.TryGet<NumberRecord>(out var record) ? record : throw new FormatException("It is no such record.");
    }
}
