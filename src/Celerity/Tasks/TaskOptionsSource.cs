using System.Globalization;
using System.Reflection;
using Celerity.RateLimits;
using Celerity.Retry;
using Celerity.Storage;
using Microsoft.Extensions.Configuration;

namespace Celerity.Tasks;

/// <summary>Reads a task's options from its attribute, from code and from configuration. Each is checked by itself, so that a wrong value is named where it was set.</summary>
internal static class TaskOptionsSource
{
    public const string Section = "Celerity:Tasks";

    private const int MaxNameChars = 100;
    private const int MaxConcurrency = 1000;
    private const string NameRule = "1 to 100 of letters, digits, '.', '_' and '-'";
    private const string ConcurrencyRule = "1 to 1,000 slots, or -1 for no limit";

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly Dictionary<string, Func<CelerityTaskOptions, string, bool>> Settings = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(CelerityTaskOptions.Queue)] = (options, text) => (options.Queue = text) is not null,
        [nameof(CelerityTaskOptions.MaxAttempts)] = (options, text) => TryRead(text, value => options.MaxAttempts = value),
        [nameof(CelerityTaskOptions.Backoff)] = (options, text) => TryRead(text, (TimeSpan value) => options.Backoff = value),
        [nameof(CelerityTaskOptions.MaxBackoff)] = (options, text) => TryRead(text, (TimeSpan value) => options.MaxBackoff = value),
        [nameof(CelerityTaskOptions.MaxElapsed)] = (options, text) => TryRead(text, (TimeSpan value) => options.MaxElapsed = value),
        [nameof(CelerityTaskOptions.SoftTimeLimit)] = (options, text) => TryRead(text, (TimeSpan value) => options.SoftTimeLimit = value),
        [nameof(CelerityTaskOptions.TimeLimit)] = (options, text) => TryRead(text, (TimeSpan value) => options.TimeLimit = value),
        [nameof(CelerityTaskOptions.ResultTtl)] = (options, text) => TryRead(text, (TimeSpan value) => options.ResultTtl = value),
        [nameof(CelerityTaskOptions.Cache)] = (options, text) => TryRead(text, (TimeSpan value) => options.Cache = value),
        [nameof(CelerityTaskOptions.RateLimit)] = (options, text) => (options.RateLimit = text) is not null,
        [nameof(CelerityTaskOptions.RateLimitPerKey)] = (options, text) => (options.RateLimitPerKey = text) is not null,
        [nameof(CelerityTaskOptions.RateCost)] = (options, text) => TryRead(text, value => options.RateCost = value),
        [nameof(CelerityTaskOptions.Concurrency)] = (options, text) => TryRead(text, value => options.Concurrency = value),
        [nameof(CelerityTaskOptions.ConcurrencyPerKey)] = (options, text) => TryRead(text, value => options.ConcurrencyPerKey = value),
        [nameof(CelerityTaskOptions.BatchSize)] = (options, text) => TryRead(text, value => options.BatchSize = value),
        [nameof(CelerityTaskOptions.BatchWait)] = (options, text) => TryRead(text, (TimeSpan value) => options.BatchWait = value),
        [nameof(CelerityTaskOptions.Circuit)] = (options, text) => (options.Circuit = text) is not null,
        [nameof(CelerityTaskOptions.Tracking)] = (options, text) => TryRead(text, (TaskTracking value) => options.Tracking = value),
    };

    // What a message or a row already goes by cannot change under it.
    private static readonly HashSet<string> Fixed = new(StringComparer.OrdinalIgnoreCase)
    {
        nameof(CelerityTaskOptions.Queue), nameof(CelerityTaskOptions.Tracking), nameof(CelerityTaskOptions.ResultTtl), nameof(CelerityTaskOptions.Cache),
        nameof(CelerityTaskOptions.Circuit), nameof(CelerityTaskOptions.BatchSize), nameof(CelerityTaskOptions.BatchWait),
    };

    /// <summary>Gets the names of the settings that can be changed while the app runs.</summary>
    public static IReadOnlyList<string> Live { get; } = [.. Settings.Keys.Except(Fixed, StringComparer.OrdinalIgnoreCase)];

    // What there is of them for a stage.
    private static readonly Dictionary<string, Func<CelerityTaskOptions, string, bool>> StageSettings = Settings
        .Where(setting => typeof(CelerityStageAttribute).GetProperty(setting.Key) is not null || setting.Key == nameof(CelerityTaskOptions.TimeLimit))
        .ToDictionary(StringComparer.OrdinalIgnoreCase);

    public static CelerityTaskAttribute AttributeOf(Type type) => type.GetCustomAttribute<CelerityTaskAttribute>(inherit: false) ?? throw new CelerityException(
        ErrorCodes.NotATask, $"{type.FullName} is no task. Mark it with [CelerityTask(\"name\")].");

    /// <exception cref="CelerityException">CEL0206: the type is no task; CEL0205: its attribute holds a value out of range.</exception>
    public static CelerityTaskOptions ReadAttribute(Type type)
    {
        var attribute = AttributeOf(type);
        return Read(attribute, setting => $"[CelerityTask] of {type.FullName} sets {setting} to");
    }

    /// <summary>Reads what limits a stage.</summary>
    /// <exception cref="CelerityException">CEL0205: its attribute holds a value out of range.</exception>
    public static CelerityTaskOptions ReadStage(Type type, CelerityStageAttribute stage)
    {
        var attribute = new CelerityTaskAttribute("stage")
        {
            RateLimit = stage.RateLimit,
            RateCost = stage.RateCost,
            Concurrency = stage.Concurrency,
            Circuit = stage.Circuit,
            TimeLimitSeconds = stage.TimeLimitSeconds,
        };
        return Read(attribute, setting => $"[CelerityStage] of {type.FullName} sets {setting} to");
    }

    private static CelerityTaskOptions Read(CelerityTaskAttribute attribute, Func<string, string> place)
    {
        if (!IsName(attribute.Name))
        {
            throw new CelerityException(
                ErrorCodes.BadTask,
                $"{place(nameof(attribute.Name))} \"{attribute.Name}\"; it must be {NameRule}.");
        }

        var options = new CelerityTaskOptions(attribute.Queue)
        {
            MaxAttempts = attribute.MaxAttempts,
            Tracking = attribute.Tracking,
            RateLimit = attribute.RateLimit,
            RateLimitPerKey = attribute.RateLimitPerKey,
            RateCost = attribute.RateCost,
            Concurrency = attribute.Concurrency,
            ConcurrencyPerKey = attribute.ConcurrencyPerKey,
            Circuit = attribute.Circuit,
            Backoff = Seconds(nameof(attribute.BackoffSeconds), attribute.BackoffSeconds),
            MaxBackoff = Seconds(nameof(attribute.MaxBackoffSeconds), attribute.MaxBackoffSeconds),
            MaxElapsed = Seconds(nameof(attribute.MaxElapsedSeconds), attribute.MaxElapsedSeconds),
            SoftTimeLimit = Seconds(nameof(attribute.SoftTimeLimitSeconds), attribute.SoftTimeLimitSeconds),
            TimeLimit = Seconds(nameof(attribute.TimeLimitSeconds), attribute.TimeLimitSeconds),
            ResultTtl = Seconds(nameof(attribute.ResultTtlSeconds), attribute.ResultTtlSeconds),
            Cache = Seconds(nameof(attribute.CacheSeconds), attribute.CacheSeconds),
            BatchSize = attribute.BatchSize,
            BatchWait = Seconds(nameof(attribute.BatchWaitSeconds), attribute.BatchWaitSeconds),
        };
        Check(options, setting => place(typeof(CelerityTaskAttribute).GetProperty(setting) is null ? setting + "Seconds" : setting), wait => $"{wait.TotalSeconds}", ErrorCodes.BadTask);
        return options;

        TimeSpan Seconds(string setting, double seconds) => seconds is >= 0 and <= 1e9
            ? TimeSpan.FromSeconds(seconds)
            : throw new CelerityException(ErrorCodes.BadTask, $"{place(setting)} {seconds}; it must be a number of seconds, 0 or more.");
    }

    /// <exception cref="CelerityException">CEL0205: the code sets a value out of range.</exception>
    public static void ApplyCode(Type type, CelerityTaskOptions options, Action<CelerityTaskOptions> configure)
    {
        configure(options);
        Check(options, setting => $"ConfigureTask<{type.Name}> sets {setting} to", wait => $"{wait}", ErrorCodes.BadTask);
    }

    /// <exception cref="CelerityException">CEL0308: a setting is unknown or out of range.</exception>
    public static void ApplyConfiguration(IConfigurationSection section, CelerityTaskOptions options)
    {
        SettingSection.Apply(section, options, Settings, "a task", "Times are written as 00:00:30, counts as 5, levels as Full, Result or None.");

        Check(options, setting => $"{section.Path}:{setting} is", wait => $"{wait}", ErrorCodes.SettingOutOfRange);
    }

    /// <exception cref="CelerityException">CEL0308: a setting is unknown or out of range.</exception>
    public static void ApplyStage(IConfigurationSection section, CelerityTaskOptions options)
    {
        SettingSection.Apply(section, options, StageSettings, "a stage", "Times are written as 00:00:30, counts as 5.");

        Check(options, setting => $"{section.Path}:{setting} is", wait => $"{wait}", ErrorCodes.SettingOutOfRange);
    }

    /// <exception cref="CelerityException">CEL0308: a setting is unknown, cannot be changed at run time, or is out of range.</exception>
    public static void ApplyLive(string task, IReadOnlyDictionary<string, string> settings, CelerityTaskOptions options)
    {
        if (settings.Keys.FirstOrDefault(Fixed.Contains) is { } unchangeable)
        {
            throw new CelerityException(
                ErrorCodes.SettingOutOfRange,
                $"{unchangeable} cannot be changed while the app runs. There are {string.Join(", ", Live)}.");
        }

        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>($"{task}:{setting.Key}", setting.Value)))
            .Build();
        ApplyConfiguration(configuration.GetSection(task), options);
    }

    private static void Check(CelerityTaskOptions options, Func<string, string> place, Func<TimeSpan, string> write, string code)
    {
        Require(QueueName.IsValid(options.Queue), nameof(options.Queue), $"\"{options.Queue}\"", QueueName.Rule);
        Require(options.MaxAttempts is >= 1 and <= 1000, nameof(options.MaxAttempts), $"{options.MaxAttempts}", "1 to 1000");
        Require(Enum.IsDefined(options.Tracking), nameof(options.Tracking), $"{options.Tracking}", "Full, Result or None");
        RequireTime(nameof(options.Backoff), options.Backoff, Shortest, Day);
        RequireTime(nameof(options.MaxBackoff), options.MaxBackoff, options.Backoff, RetryDecision.LongestDelay);
        RequireTime(nameof(options.MaxElapsed), options.MaxElapsed, TimeSpan.Zero, TimeSpan.FromDays(365));
        RequireTime(nameof(options.ResultTtl), options.ResultTtl, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650));
        Require(
            options.Cache >= TimeSpan.Zero && options.Cache <= options.ResultTtl,
            nameof(options.Cache),
            write(options.Cache),
            $"0 for none, or at most the {write(options.ResultTtl)} that results are kept");
        Require(options.BatchSize is >= 1 and <= 10_000, nameof(options.BatchSize), $"{options.BatchSize}", "1 to 10000");
        RequireTime(nameof(options.BatchWait), options.BatchWait, Shortest, TimeSpan.FromMinutes(1));
        RequireTime(nameof(options.TimeLimit), options.TimeLimit, Shortest, Day);
        Require(
            options.SoftTimeLimit >= TimeSpan.Zero && options.SoftTimeLimit < options.TimeLimit,
            nameof(options.SoftTimeLimit),
            write(options.SoftTimeLimit),
            $"0 for none, or less than the time limit of {write(options.TimeLimit)}");

        Require(options.RateCost is >= 1 and <= 1_000_000, nameof(options.RateCost), $"{options.RateCost}", "1 to 1,000,000");
        RequireLimit(nameof(options.RateLimit), options.RateLimit);
        RequireLimit(nameof(options.RateLimitPerKey), options.RateLimitPerKey);
        Require(options.Concurrency is -1 or (>= 1 and <= MaxConcurrency), nameof(options.Concurrency), $"{options.Concurrency}", ConcurrencyRule);
        Require(options.ConcurrencyPerKey is -1 or (>= 1 and <= MaxConcurrency), nameof(options.ConcurrencyPerKey), $"{options.ConcurrencyPerKey}", ConcurrencyRule);

        Require(string.IsNullOrEmpty(options.Circuit) || IsName(options.Circuit), nameof(options.Circuit), $"\"{options.Circuit}\"", $"{NameRule}, or empty for none");

        void RequireLimit(string setting, string? text)
        {
            var limit = string.IsNullOrEmpty(text) ? null : RateLimit.TryParse(text);
            Require(string.IsNullOrEmpty(text) || limit is not null, setting, $"\"{text}\"", RateLimit.Rule);
            Require(limit is null || limit.Burst >= options.RateCost, setting, $"\"{text}\", a burst of {limit?.Burst}", $"at least what one task costs, {options.RateCost}");
        }

        void RequireTime(string setting, TimeSpan found, TimeSpan least, TimeSpan most) =>
            Require(found >= least && found <= most, setting, write(found), $"{write(least)} to {write(most)}");

        void Require(bool holds, string setting, string found, string rule)
        {
            if (!holds)
            {
                throw new CelerityException(code, $"{place(setting)} {found}; it must be {rule}.");
            }
        }
    }

    public static bool TryRead(string text, Action<int> set)
    {
        var isRead = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
        set(value);
        return isRead;
    }

    // A bare number would be days.
    public static bool TryRead(string text, Action<TimeSpan> set)
    {
        var isRead = TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && text.Contains(':', StringComparison.Ordinal);
        set(value);
        return isRead;
    }

    private static bool IsName(string text) =>
        text.Length is >= 1 and <= MaxNameChars && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');

    private static bool TryRead(string text, Action<TaskTracking> set)
    {
        var isRead = Enum.TryParse<TaskTracking>(text, ignoreCase: true, out var value);
        set(value);
        return isRead;
    }
}
