using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Celerity.Storage;

namespace Celerity.History;

/// <summary>The rows of <c>CelerityHistory</c>: a partition for each hour's minutes, and one for all hours.</summary>
internal static class HistoryRows
{
    /// <summary>The partition of the hours, by key as <see cref="HourKey"/> writes it.</summary>
    public const string Hours = "hours";

    /// <summary>Where the partitions of minutes begin.</summary>
    public const string FirstMinutes = "minutes-";

    /// <summary>The column that says that an hour's minutes are being deleted: it changes no more.</summary>
    public const string IsClosedColumn = "isClosed";

    /// <summary>How many tasks, and how many stages, are told one by one at most.</summary>
    public const int MostNames = 200;

    private const string TallyColumn = "tally";
    private const string FiguresColumn = "figures";
    private const string HourFormat = "yyyyMMddHH";

    // Below a column's 64 KiB.
    private const int MaxBytes = 60_000;

    private static readonly JsonSerializerOptions Json = new(CelerityJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    public static DateTimeOffset MinuteOf(DateTimeOffset at) => Floor(at, TimeSpan.TicksPerMinute);

    public static DateTimeOffset HourOf(DateTimeOffset at) => Floor(at, TimeSpan.TicksPerHour);

    public static string HourKey(DateTimeOffset hour) => hour.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture);

    /// <summary>The partition of an hour's minutes.</summary>
    public static string MinutesOf(DateTimeOffset hour) => FirstMinutes + HourKey(hour);

    public static DateTimeOffset HourOfKey(string key) =>
        DateTimeOffset.ParseExact(key, HourFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public static DateTimeOffset HourOfPartition(string minutes) => HourOfKey(minutes[FirstMinutes.Length..]);

    public static DateTimeOffset MinuteOf(TableRow row) =>
        HourOfPartition(row.PartitionKey).AddMinutes(int.Parse(row.RowKey.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture));

    /// <summary>What one process saw in a minute. A process may write several rows for one: they are added up.</summary>
    public static TableRow OfProcess(string process, CountedMinute counted) => new(
        MinutesOf(counted.Minute),
        string.Create(CultureInfo.InvariantCulture, $"{counted.Minute.Minute:D2}-{process}-{counted.Number}"),
        new Dictionary<string, object> { [TallyColumn] = Pack(counted.Tally) });

    /// <summary>What held for the whole app. Of two that measured in the same minute, one counts.</summary>
    public static TableRow OfApp(DateTimeOffset minute, HistoryFigures figures) => new(
        MinutesOf(minute),
        string.Create(CultureInfo.InvariantCulture, $"{minute.Minute:D2}-app"),
        new Dictionary<string, object> { [FiguresColumn] = Pack(figures) });

    public static TableRow OfHour(HistoryPoint hour, bool isClosed)
    {
        var values = new Dictionary<string, object> { [TallyColumn] = Pack(hour.Tally), [IsClosedColumn] = isClosed };
        values.AddIfPresent(FiguresColumn, hour.Figures is { } figures ? Pack(figures) : null);
        return new TableRow(Hours, HourKey(hour.At), values);
    }

    public static HistoryTally? FindTally(TableRow row) => Find<HistoryTally>(row, TallyColumn);

    public static HistoryFigures? FindFigures(TableRow row) => Find<HistoryFigures>(row, FiguresColumn);

    private static DateTimeOffset Floor(DateTimeOffset at, long ticks) => new(at.UtcTicks - (at.UtcTicks % ticks), TimeSpan.Zero);

    private static byte[] Pack(HistoryTally tally)
    {
        for (var most = MostNames; most > 0; most /= 2)
        {
            if (Pack<HistoryTally>(tally.WithBusiest(most)) is { Length: <= MaxBytes } packed)
            {
                return packed;
            }
        }

        throw new InvalidOperationException("A tally of one task and one stage does not fit into a row.");
    }

    private static byte[] Pack<T>(T value)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(brotli, value, Json);
        }

        return packed.ToArray();
    }

    private static T? Find<T>(TableRow row, string column)
        where T : class
    {
        if (row.FindBytes(column) is not { } packed)
        {
            return null;
        }

        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<T>(brotli, Json);
    }
}
