using Celerity.Retry;

namespace Celerity.Tasks.Sending;

/// <summary>What <see cref="EnqueueOptions"/> mean at one instant, checked.</summary>
/// <param name="DueAt">When the task may run; <see langword="null"/> for at once.</param>
/// <param name="ExpiresAt">When it is not worth running any more, or <see langword="null"/>.</param>
internal readonly record struct SendTerms(DateTimeOffset? DueAt, DateTimeOffset? ExpiresAt)
{
    public const int MaxKeyChars = 200;
    public const int MaxTags = 20;
    public const int MaxTagChars = 100;
    public const int MaxHeaderChars = 8 * 1024;

    /// <summary>How far ahead a task may be due: rules that revoke tasks are kept as long.</summary>
    public static readonly TimeSpan Furthest = TimeSpan.FromDays(3650);

    /// <exception cref="CelerityException">CEL0208: an option is out of its range, or two of them contradict each other.</exception>
    public static SendTerms Of(EnqueueOptions options, DateTimeOffset now)
    {
        CheckWords(options);
        var due = DueOf(options, now);
        var expires = ExpiryOf(options, now);
        if (expires <= (due ?? now))
        {
            throw Wrong(
                options.ExpiresAt is null ? nameof(options.TimeToLive) : nameof(options.ExpiresAt),
                $"over at {expires:u}",
                due is null ? $"later than now, {now:u}" : $"later than the task is due, {due:u}");
        }

        return new SendTerms(due, expires);
    }

    public static CelerityException Wrong(string option, string found, string rule) =>
        new(ErrorCodes.BadEnqueueOption, $"EnqueueOptions.{option} is {found}; it must be {rule}. Nothing was sent.");

    private static DateTimeOffset? DueOf(EnqueueOptions options, DateTimeOffset now)
    {
        if (options.Delay < TimeSpan.Zero || options.Delay > Furthest)
        {
            throw Wrong(nameof(options.Delay), $"{options.Delay:c}", $"0 to {Furthest:c}");
        }

        if (options.Eta - now > Furthest)
        {
            throw Wrong(nameof(options.Eta), $"{options.Eta:u}", $"at most {Furthest.TotalDays:N0} days from now");
        }

        var waits = (options.Delay > TimeSpan.Zero ? 1 : 0) + (options.Eta is null ? 0 : 1) + (options.DebounceWindow is null ? 0 : 1);
        if (waits > 1)
        {
            throw Wrong(nameof(options.Delay), "given together with another wait", "the only one of Delay, Eta and DebounceWindow");
        }

        var due = options.Eta ?? (options.DebounceWindow ?? options.Delay) switch
        {
            var wait when wait > TimeSpan.Zero => now + wait,
            _ => null,
        };
        return due > now ? due : null;
    }

    private static DateTimeOffset? ExpiryOf(EnqueueOptions options, DateTimeOffset now)
    {
        if (options.TimeToLive is not { } life)
        {
            return options.ExpiresAt;
        }

        if (options.ExpiresAt is not null)
        {
            throw Wrong(nameof(options.TimeToLive), "given together with ExpiresAt", "the only one of the two");
        }

        return life > TimeSpan.Zero && life <= Furthest
            ? now + life
            : throw Wrong(nameof(options.TimeToLive), $"{life:c}", $"longer than 0 and at most {Furthest.TotalDays:N0} days");
    }

    private static void CheckWords(EnqueueOptions options)
    {
        var keys = new (string Name, string? Value)[]
        {
            (nameof(options.IdempotencyKey), options.IdempotencyKey),
            (nameof(options.UniqueKey), options.UniqueKey),
            (nameof(options.DebounceKey), options.DebounceKey),
            (nameof(options.OrderKey), options.OrderKey),
        };
        foreach (var (name, value) in keys.Append((nameof(options.CorrelationId), options.CorrelationId)).Append((nameof(options.LimitKey), options.LimitKey)))
        {
            if (value is { Length: 0 or > MaxKeyChars })
            {
                throw Wrong(name, $"{value.Length} characters long", $"1 to {MaxKeyChars} characters");
            }
        }

        if (keys.Where(key => key.Value is not null).Select(key => key.Name).ToList() is { Count: > 1 } both)
        {
            throw Wrong(both[0], $"given together with {both[1]}", "the only key: each decides by itself whether a message is sent");
        }

        if (options.Priority is { } priority && !Enum.IsDefined(priority))
        {
            throw Wrong(nameof(options.Priority), $"{priority}", "high, default or low");
        }

        if (options is { Priority: not null, Queue: not null })
        {
            throw Wrong(nameof(options.Priority), "given together with Queue", "the only one of the two");
        }

        if (!Enum.IsDefined(options.Format))
        {
            throw Wrong(nameof(options.Format), $"{options.Format}", "json or messagePack");
        }

        if ((options.DebounceKey is null) != (options.DebounceWindow is null)
            || options.DebounceWindow <= TimeSpan.Zero || options.DebounceWindow > RetryDecision.LongestDelay)
        {
            throw Wrong(
                nameof(options.DebounceWindow),
                options.DebounceWindow is { } window ? $"{window:c}" : "missing",
                $"longer than 0 and at most {RetryDecision.LongestDelay:c}, and given together with DebounceKey");
        }

        if (options.Tags.Count > MaxTags || options.Tags.FirstOrDefault(tag => tag is not { Length: > 0 and <= MaxTagChars }) is not null)
        {
            throw Wrong(nameof(options.Tags), $"{options.Tags.Count} tags", $"at most {MaxTags}, each of 1 to {MaxTagChars} characters");
        }

        if (options.Headers.Sum(header => header.Key.Length + (header.Value?.Length ?? 0)) is > MaxHeaderChars and var chars)
        {
            throw Wrong(nameof(options.Headers), $"{chars} characters long", $"at most {MaxHeaderChars}");
        }
    }
}
