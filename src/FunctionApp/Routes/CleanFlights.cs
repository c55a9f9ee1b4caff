using System.Globalization;
using Celerity;

namespace FunctionApp.Routes;

/// <summary>The worked example of a stage that writes records: keeps the flights that make sense, as Parquet.</summary>
public sealed class CleanFlights : ITransform<CleanFlight>
{
    private const int DayLength = 10; // 2001-01-31

    /// <inheritdoc/>
    public IReadOnlyList<string> RequiredColumns { get; } = ["date", "delay", "distance", "origin", "destination"];

    /// <inheritdoc/>
    public DatasetFormat Format => DatasetFormat.Parquet;

    /// <inheritdoc/>
    public ValueTask ProcessAsync(RecordReader records, RecordWriter<CleanFlight> output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(output);
        var (date, delay, distance) = (records.GetOrdinal("date"), records.GetOrdinal("delay"), records.GetOrdinal("distance"));
        var (origin, destination) = (records.GetOrdinal("origin"), records.GetOrdinal("destination"));
        while (records.Read())
        {
            var text = records.GetText(date);
            if (!DateOnly.TryParseExact(text[..Math.Min(DayLength, text.Length)], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                records.Reject("date does not start with a day, such as 2001-01-31");
            }
            else if (!records.TryGetInt32(delay, out var minutes) || !records.TryGetInt32(distance, out var miles))
            {
                records.Reject("delay or distance is no whole number");
            }
            else if (!IsCode(records.GetText(origin)) || !IsCode(records.GetText(destination)))
            {
                records.Reject("origin or destination is no code of 3 or 4 letters and digits");
            }
            else
            {
                output.Write(new CleanFlight(day, records.GetText(origin).ToString(), records.GetText(destination).ToString(), minutes, miles));
            }
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsCode(ReadOnlySpan<char> text)
    {
        foreach (var sign in text)
        {
            if (!char.IsAsciiLetterUpper(sign) && !char.IsAsciiDigit(sign))
            {
                return false;
            }
        }

        return text.Length is 3 or 4;
    }
}
