using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cronos;

namespace Celerity.Schedules;

/// <summary>A schedule, checked as far as it can be without knowing the app's tasks and pipelines.</summary>
internal sealed class Schedule
{
    public const int MaxNameChars = 50;
    public const int MaxPayloadChars = 30_000;
    public const int MaxMissed = 1000;
    public const int MaxCronChars = 500;

    // Enough for the pattern of a day. Where a rarer gap is shorter, one firing waits for the one before it, and none is lost.
    private const int GapsLookedAt = 100;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);
    private static readonly TimeSpan LongestJitter = TimeSpan.FromDays(1);

    // Cronos counts no further.
    private static readonly DateTimeOffset Latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _place;

    /// <summary>Checks a definition.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">What it is set to.</param>
    /// <param name="source">Where it is defined.</param>
    /// <exception cref="CelerityException">CEL0290: it is set up wrongly.</exception>
    public Schedule(string name, ScheduleOptions options, ScheduleSource source)
    {
        (Name, Options, Source) = (name, options, source);
        _place = source switch
        {
            ScheduleSource.Configuration => $"Celerity:Schedules:{name}:",
            ScheduleSource.Code => $"AddSchedule(\"{name}\"): ",
            _ => "",
        };
        Require(IsName(name), "name", $"'{name.AtMost(MaxNameChars)}'", $"1 to {MaxNameChars} of letters, digits, '.', '_' and '-'");
        Times = ReadTimes(options);
        CheckSpan(options);
        CheckPolicies(options);
        Require((options.Task is null) != (options.Pipeline is null), nameof(options.Task), options.Task is null ? "missing" : $"given together with {nameof(options.Pipeline)}", $"the only one of {nameof(options.Task)} and {nameof(options.Pipeline)}");
        Payload = ReadPayload(options);
        Fingerprint = FingerprintOf(options);
    }

    public string Name { get; }

    public ScheduleOptions Options { get; }

    public ScheduleSource Source { get; }

    public ScheduleTimes Times { get; }

    /// <summary>Gets the payload or request as JSON.</summary>
    public string Payload { get; }

    /// <summary>Gets what changes with its due times: by it is known that it was edited.</summary>
    public string Fingerprint { get; }

    /// <summary>Gets for how many missed due times it fires.</summary>
    public int MissedKept => Options.Missed switch
    {
        MissedPolicy.Skip => 0,
        MissedPolicy.RunOnce => 1,
        _ => Options.MaxMissed,
    };

    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameChars && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');

    /// <summary>The error that one of its settings is wrong.</summary>
    public CelerityException Wrong(string setting, string found, string rule, string code = ErrorCodes.BadSchedule, Exception? inner = null) =>
        new(code, $"{_place}{(Source == ScheduleSource.Api ? JsonNamingPolicy.CamelCase.ConvertName(setting) : setting)} is {found}; it must be {rule}.", inner);

    private void Require(bool holds, string setting, string found, string rule)
    {
        if (!holds)
        {
            throw Wrong(setting, found, rule);
        }
    }

    private ScheduleTimes ReadTimes(ScheduleOptions options)
    {
        Require(
            (options.Cron is null) != (options.Every is null),
            nameof(options.Cron),
            options.Cron is null ? "missing" : $"given together with {nameof(options.Every)}",
            $"the only one of {nameof(options.Cron)} and {nameof(options.Every)}");
        if (options.Every is { } every)
        {
            Require(every >= Shortest && every <= Longest, nameof(options.Every), $"{every:c}", $"{Shortest:c} to {Longest:c}");
            Require(options.TimeZone is null, nameof(options.TimeZone), $"\"{options.TimeZone}\"", $"given with {nameof(options.Cron)} alone: an interval knows no time zone");
            return new ScheduleTimes(Name, every, options);
        }

        return new ScheduleTimes(Name, ReadCron(options.Cron!), FindZone(options.TimeZone), options);
    }

    private CronExpression ReadCron(string text)
    {
        Require(text.Length <= MaxCronChars, nameof(Options.Cron), $"{text.Length} characters long", $"at most {MaxCronChars}");
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        try
        {
            // With words such as @daily the format does not matter.
            return CronExpression.Parse(text, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
        }
        catch (CronFormatException exception)
        {
            // What is said of all of them is said already; the rest names the field.
            var field = exception.Message.Replace("The given cron expression has an invalid format. ", "", StringComparison.Ordinal).TrimEnd('.');
            throw Wrong(nameof(Options.Cron), $"\"{text}\"", $"five fields, or six with seconds first ({field})", inner: exception);
        }
    }

    private TimeZoneInfo FindZone(string? name)
    {
        if (name is null)
        {
            return TimeZoneInfo.Utc;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : throw Wrong(nameof(Options.TimeZone), $"\"{name.AtMost(100)}\"", "a time zone of this machine, such as Europe/Berlin");
    }

    private void CheckSpan(ScheduleOptions options)
    {
        Require(!(options.StartAt >= Latest), nameof(options.StartAt), $"{options.StartAt:u}", $"before {Latest:u}");
        Require(!(options.EndAt >= Latest), nameof(options.EndAt), $"{options.EndAt:u}", $"before {Latest:u}");
        Require(!(options.EndAt < options.StartAt), nameof(options.EndAt), $"{options.EndAt:u}", $"no earlier than {nameof(options.StartAt)}, {options.StartAt:u}");
        Require(options.Jitter >= TimeSpan.Zero && options.Jitter <= LongestJitter, nameof(options.Jitter), $"{options.Jitter:c}", $"0 to {LongestJitter:c}");
        if (options.Jitter == TimeSpan.Zero)
        {
            return;
        }

        // Firings must not overtake each other.
        var gap = options.Every ?? ShortestGap();
        Require(options.Jitter < gap, nameof(options.Jitter), $"{options.Jitter:c}", $"shorter than the time between two due times, {gap:c}");
    }

    private TimeSpan ShortestGap()
    {
        var (gap, last) = (TimeSpan.MaxValue, Times.Next(DateTimeOffset.UnixEpoch));
        for (var looked = 0; looked < GapsLookedAt && last is { } from && Times.Next(from) is { } next; looked++)
        {
            (gap, last) = (next - from < gap ? next - from : gap, next);
        }

        return gap;
    }

    private void CheckPolicies(ScheduleOptions options)
    {
        Require(Enum.IsDefined(options.Overlap), nameof(options.Overlap), $"{options.Overlap}", string.Join(", ", Enum.GetNames<OverlapPolicy>()));
        Require(Enum.IsDefined(options.Missed), nameof(options.Missed), $"{options.Missed}", string.Join(", ", Enum.GetNames<MissedPolicy>()));
        Require(
            options.MaxMissed is >= 1 and <= MaxMissed, nameof(options.MaxMissed), options.MaxMissed.ToString(CultureInfo.InvariantCulture), $"1 to {MaxMissed}");
    }

    private string ReadPayload(ScheduleOptions options)
    {
        var payload = options.Payload ?? "{}";
        Require(payload.Length <= MaxPayloadChars, nameof(options.Payload), $"{payload.Length} characters long", $"at most {MaxPayloadChars}: put what is large into a blob and name the blob");
        try
        {
            using var json = JsonDocument.Parse(payload);
            return payload;
        }
        catch (JsonException exception)
        {
            throw Wrong(nameof(options.Payload), "no JSON", $"JSON ({exception.Message.TrimEnd('.')})", inner: exception);
        }
    }

    private static string FingerprintOf(ScheduleOptions options)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Cron}\n{options.Every}\n{options.TimeZone}\n{options.Jitter}\n{options.StartAt?.UtcTicks}\n{options.EndAt?.UtcTicks}\n{options.Enabled}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
