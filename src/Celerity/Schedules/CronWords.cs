using System.Globalization;

namespace Celerity.Schedules;

/// <summary>Says a cron expression, and an interval, in words. For people: what fires is what Cronos reads.</summary>
internal static class CronWords
{
    private static readonly Dictionary<string, string> Macros = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@every_second"] = "every second",
        ["@every_minute"] = "every minute",
        ["@hourly"] = "every hour",
        ["@daily"] = "every day at 00:00",
        ["@midnight"] = "every day at 00:00",
        ["@weekly"] = "at 00:00 on Sunday",
        ["@monthly"] = "at 00:00 on day 1",
        ["@yearly"] = "at 00:00 on day 1 in January",
        ["@annually"] = "at 00:00 on day 1 in January",
    };

    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    /// <summary>Says an interval, such as <c>every 90 seconds</c>.</summary>
    public static string OfInterval(TimeSpan every)
    {
        var (count, unit) = every.Ticks switch
        {
            var ticks when ticks % TimeSpan.TicksPerDay == 0 => (ticks / TimeSpan.TicksPerDay, "day"),
            var ticks when ticks % TimeSpan.TicksPerHour == 0 => (ticks / TimeSpan.TicksPerHour, "hour"),
            var ticks when ticks % TimeSpan.TicksPerMinute == 0 => (ticks / TimeSpan.TicksPerMinute, "minute"),
            var ticks when ticks % TimeSpan.TicksPerSecond == 0 => (ticks / TimeSpan.TicksPerSecond, "second"),
            var ticks => (ticks, ""),
        };
        return unit.Length == 0 ? $"every {every:c}" : Every(count.ToString(CultureInfo.InvariantCulture), unit);
    }

    /// <summary>Says an expression that Cronos takes, such as <c>at 03:30 on Monday to Friday</c>.</summary>
    public static string Of(string cron)
    {
        var fields = cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields is [var macro])
        {
            return Macros.GetValueOrDefault(macro, macro);
        }

        var (second, rest) = fields.Length == 6 ? (fields[0], fields[1..]) : ("0", fields);
        var date = string.Concat(
            Part(" on day ", rest[2], text => text),
            Part(" in ", rest[3], Month),
            Part(" on ", rest[4], Day));
        var time = TimeOf(second, rest[0], rest[1]);
        return date.Length == 0 && time.StartsWith("at ", StringComparison.Ordinal) && IsOne(rest[1]) ? $"every day {time}" : time + date;
    }

    private static string TimeOf(string second, string minute, string hour)
    {
        if (IsOne(second) && IsOne(minute) && hour.Split(',').All(IsOne))
        {
            var seconds = second.TrimStart('0').Length == 0 ? "" : $":{Two(second)}";
            return $"at {And([.. hour.Split(',').Select(each => $"{Two(each)}:{Two(minute)}{seconds}")])}";
        }

        var parts = new List<string>();
        if (second.TrimStart('0').Length > 0)
        {
            parts.Add(Field(second, "second"));
        }

        if (!IsAny(minute) || parts.Count == 0)
        {
            parts.Add(Field(minute, "minute"));
        }

        if (!IsAny(hour))
        {
            parts.Add(Field(hour, "hour"));
        }
        else if (IsOne(minute))
        {
            parts.Add("every hour");
        }

        return string.Join(" of ", parts);
    }

    private static string Field(string text, string unit) => text switch
    {
        _ when IsAny(text) => Every("1", unit),
        _ when text.StartsWith("*/", StringComparison.Ordinal) => Every(text[2..], unit),
        _ => $"{unit} {List(text, item => item)}",
    };

    private static string Every(string count, string unit) => count == "1" ? $"every {unit}" : $"every {count} {unit}s";

    private static string Part(string before, string text, Func<string, string> say) => IsAny(text) ? "" : before + List(text, say);

    private static string List(string text, Func<string, string> say) =>
        And([.. text.Split(',').Select(item => string.Join(" to ", item.Split('-').Select(say)))]);

    private static string Day(string text) => Named(text, Days, first: 0, number => DateTimeFormatInfo.InvariantInfo.GetDayName((DayOfWeek)(number % 7)));

    private static string Month(string text) => Named(text, Months, first: 1, DateTimeFormatInfo.InvariantInfo.GetMonthName);

    // What is neither a number nor a name, such as a step or "the second Monday", stays as it is written.
    private static string Named(string text, string[] names, int first, Func<int, string> nameOf)
    {
        var number = Array.FindIndex(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) + first;
        return number >= first || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < names.Length + first + (1 - first))
            ? nameOf(number)
            : text;
    }

    private static string And(string[] items) => items.Length == 1 ? items[0] : $"{string.Join(", ", items[..^1])} and {items[^1]}";

    private static bool IsAny(string text) => text is "*" or "?" or "*/1";

    private static bool IsOne(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    private static string Two(string number) => number.PadLeft(2, '0');
}
