using System.Runtime.InteropServices;
using Celerity;

namespace FunctionApp.FlightDelays;

/// <summary>Counts delays by airport and month.</summary>
public sealed class DelaysByAirport : IStage<DelayTotals, FlightDelayReport>
{
    private const int LateMinutes = 15;
    private const int MonthLength = 7; // 2001-01

    /// <inheritdoc/>
    public IReadOnlyList<string> RequiredColumns { get; } = ["date", "delay", "origin"];

    /// <inheritdoc/>
    public DelayTotals Empty() => new();

    /// <inheritdoc/>
    public ValueTask<DelayTotals> ProcessAsync(RecordReader records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        var (date, delay, origin) = (records.GetOrdinal("date"), records.GetOrdinal("delay"), records.GetOrdinal("origin"));
        var totals = new DelayTotals();
        var airports = totals.Airports.GetAlternateLookup<ReadOnlySpan<char>>();
        var months = totals.Months.GetAlternateLookup<ReadOnlySpan<char>>();
        while (records.Read())
        {
            if (!records.TryGetInt32(delay, out var minutes))
            {
                records.Reject($"delay '{records.GetText(delay)}' is no whole number");
                continue;
            }

            var code = records.GetText(origin);
            if (code.IsWhiteSpace())
            {
                records.Reject("origin is empty");
                continue;
            }

            var month = records.GetText(date);
            if (!IsMonth(month))
            {
                records.Reject($"date '{month}' does not start with a year and a month, such as 2001-01");
                continue;
            }

            Add(CollectionsMarshal.GetValueRefOrAddDefault(airports, code, out _) ??= new AirportTotals(), minutes);
            var inMonth = CollectionsMarshal.GetValueRefOrAddDefault(months, month[..MonthLength], out _) ??= new MonthTotals();
            inMonth.Flights++;
            inMonth.DelayMinutes += minutes;
        }

        return ValueTask.FromResult(totals);
    }

    /// <inheritdoc/>
    public DelayTotals Combine(DelayTotals left, DelayTotals right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        foreach (var (code, airport) in right.Airports)
        {
            var sum = CollectionsMarshal.GetValueRefOrAddDefault(left.Airports, code, out _) ??= new AirportTotals();
            sum.Flights += airport.Flights;
            sum.DelayMinutes += airport.DelayMinutes;
            sum.DelayedOver15 += airport.DelayedOver15;
            sum.MaxDelayMinutes = Math.Max(sum.MaxDelayMinutes, airport.MaxDelayMinutes);
        }

        foreach (var (name, month) in right.Months)
        {
            var sum = CollectionsMarshal.GetValueRefOrAddDefault(left.Months, name, out _) ??= new MonthTotals();
            sum.Flights += month.Flights;
            sum.DelayMinutes += month.DelayMinutes;
        }

        return left;
    }

    /// <inheritdoc/>
    public FlightDelayReport Finish(DelayTotals total)
    {
        ArgumentNullException.ThrowIfNull(total);
        var flights = total.Airports.Values.Sum(airport => airport.Flights);
        return new FlightDelayReport(
            flights,
            Mean(total.Airports.Values.Sum(airport => airport.DelayMinutes), flights),
            Mean(total.Airports.Values.Sum(airport => airport.DelayedOver15), flights),
            RejectedRecords: 0,
            [.. total.Airports.OrderBy(airport => airport.Key, StringComparer.Ordinal).Select(airport => new AirportDelays(
                airport.Key,
                airport.Value.Flights,
                Mean(airport.Value.DelayMinutes, airport.Value.Flights),
                Mean(airport.Value.DelayedOver15, airport.Value.Flights),
                airport.Value.MaxDelayMinutes))],
            [.. total.Months.OrderBy(month => month.Key, StringComparer.Ordinal).Select(month => new MonthDelays(
                month.Key, month.Value.Flights, Mean(month.Value.DelayMinutes, month.Value.Flights)))]);
    }

    private static void Add(AirportTotals airport, int minutes)
    {
        airport.Flights++;
        airport.DelayMinutes += minutes;
        airport.DelayedOver15 += minutes > LateMinutes ? 1 : 0;
        airport.MaxDelayMinutes = Math.Max(airport.MaxDelayMinutes, minutes);
    }

    private static double Mean(long sum, long count) => count == 0 ? 0 : (double)sum / count;

    private static bool IsMonth(ReadOnlySpan<char> date) =>
        date.Length >= MonthLength
        && date[4] == '-'
        && !date[..4].ContainsAnyExceptInRange('0', '9')
        && !date[5..MonthLength].ContainsAnyExceptInRange('0', '9')
        && ((date[5] == '0' && date[6] >= '1') || (date[5] == '1' && date[6] <= '2'))
        && (date.Length == MonthLength || !char.IsAsciiDigit(date[MonthLength]));
}
