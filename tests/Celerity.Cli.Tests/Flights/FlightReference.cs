using System.Globalization;

namespace Celerity.Cli.Tests.Flights;

/// <summary>The same figures as the pipeline's, computed by one thread over the file in the plainest way there is.</summary>
internal static class FlightReference
{
    public static FlightResult Compute(string csvPath, int records = int.MaxValue)
    {
        var all = new Sums();
        var airports = new SortedDictionary<string, Sums>(StringComparer.Ordinal);
        var months = new SortedDictionary<string, Sums>(StringComparer.Ordinal);
        long rejected = 0;
        foreach (var line in File.ReadLines(csvPath).Skip(1).Take(records))
        {
            var fields = line.Split(',');
            if (fields.Length != 5 || !TryMonth(fields[0], out var month) || fields[3].Length == 0 ||
                !int.TryParse(fields[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var delay))
            {
                rejected++;
                continue;
            }

            all.Add(delay);
            Of(airports, fields[3]).Add(delay);
            Of(months, month).Add(delay);
        }

        return new FlightResult(
            all.Flights,
            all.Mean,
            all.ShareOver15,
            rejected,
            [.. airports.Select(airport => new AirportResult(
                airport.Key, airport.Value.Flights, airport.Value.Mean, airport.Value.ShareOver15, airport.Value.MaxDelay))],
            [.. months.Select(month => new MonthResult(month.Key, month.Value.Flights, month.Value.Mean))]);
    }

    private static bool TryMonth(string date, out string month)
    {
        month = date.Length >= 7 ? date[..7] : "";
        return DateTime.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }

    private static Sums Of(SortedDictionary<string, Sums> groups, string key)
    {
        if (!groups.TryGetValue(key, out var sums))
        {
            groups[key] = sums = new Sums();
        }

        return sums;
    }

    private sealed class Sums
    {
        private long _delay;
        private long _over15;

        public long Flights { get; private set; }

        public int MaxDelay { get; private set; } = int.MinValue;

        public double Mean => Flights == 0 ? 0 : (double)_delay / Flights;

        public double ShareOver15 => Flights == 0 ? 0 : (double)_over15 / Flights;

        public void Add(int delay)
        {
            Flights++;
            _delay += delay;
            _over15 += delay > 15 ? 1 : 0;
            MaxDelay = Math.Max(MaxDelay, delay);
        }
    }
}
