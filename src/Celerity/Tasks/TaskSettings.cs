using System.Reflection;
using Celerity.RateLimits;
using Celerity.Retry;

namespace Celerity.Tasks;

/// <summary>What a task is set to, checked.</summary>
internal sealed record TaskSettings(string Name, string Queue, RetryPolicy Retry, TimeSpan TimeLimit, TaskTracking Tracking)
{
    /// <summary>Gets how long a result is kept after the task's end.</summary>
    public TimeSpan ResultTtl { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Gets how long after a task's end its result answers sends of the same payload; 0 for not at all.</summary>
    public TimeSpan Cache { get; init; }

    /// <summary>Gets after how long the soft limit fires, or <see langword="null"/> for never.</summary>
    public TimeSpan? SoftTimeLimit { get; init; }

    /// <summary>Gets how many of the task may start in a time, or <see langword="null"/>.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>Gets the same for each key, or <see langword="null"/>.</summary>
    public RateLimit? RateLimitPerKey { get; init; }

    /// <summary>Gets how much of a rate limit one task takes.</summary>
    public int RateCost { get; init; } = 1;

    /// <summary>Gets how many of the task may run at once on all instances, or <see langword="null"/>.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Gets the same for each key, or <see langword="null"/>.</summary>
    public int? ConcurrencyPerKey { get; init; }

    /// <summary>Gets how many tasks a call of a batch handler has at most.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Gets how long the first task of a batch waits for it to fill.</summary>
    public TimeSpan BatchWait { get; init; }

    /// <summary>Gets the circuit that the task needs, or <see langword="null"/>.</summary>
    public string? Circuit { get; init; }

    public ErrorRules Errors { get; init; } = ErrorRules.None;

    /// <summary>What the attribute alone says.</summary>
    /// <exception cref="CelerityException">CEL0206: the type is no task; CEL0205: its attribute holds a value out of range.</exception>
    public static TaskSettings Of(Type type) => From(type, TaskOptionsSource.ReadAttribute(type));

    public static TaskSettings From(Type type, CelerityTaskOptions options) => From(TaskOptionsSource.AttributeOf(type).Name, options) with
    {
        Errors = new ErrorRules(
            [.. options.Rules, .. type.GetCustomAttributes<ErrorRuleAttribute>(inherit: false).Select(attribute => attribute.Rule)], options.Classifier),
    };

    public static TaskSettings From(string name, CelerityTaskOptions options) =>
        new(
            name,
            options.Queue,
            new RetryPolicy(options.MaxAttempts, options.Backoff, options.MaxBackoff, options.MaxElapsed > TimeSpan.Zero ? options.MaxElapsed : null)
            {
                Delay = options.RetryDelay,
            },
            options.TimeLimit,
            options.Tracking)
        {
            ResultTtl = options.ResultTtl,
            Cache = options.Cache,
            BatchSize = options.BatchSize,
            BatchWait = options.BatchWait,
            SoftTimeLimit = options.SoftTimeLimit > TimeSpan.Zero ? options.SoftTimeLimit : null,
            RateLimit = options.RateLimit is { Length: > 0 } rate ? RateLimits.RateLimit.TryParse(rate) : null,
            RateLimitPerKey = options.RateLimitPerKey is { Length: > 0 } perKey ? RateLimits.RateLimit.TryParse(perKey) : null,
            RateCost = options.RateCost,
            Concurrency = options.Concurrency > 0 ? options.Concurrency : null,
            ConcurrencyPerKey = options.ConcurrencyPerKey > 0 ? options.ConcurrencyPerKey : null,
            Circuit = options.Circuit is { Length: > 0 } circuit ? circuit : null,
        };
}
