using System.Reflection;
using Celerity.Retry;
using Celerity.Storage;

namespace Celerity.Tasks;

/// <summary>What <see cref="CelerityTaskAttribute"/> says of a task type, checked.</summary>
internal sealed record TaskSettings(string Name, string Queue, RetryPolicy Retry, TimeSpan TimeLimit, TaskTracking Tracking)
{
    /// <summary>Gets how long a result is kept after the task's end.</summary>
    public TimeSpan ResultTtl { get; init; } = TimeSpan.FromDays(7);

    private const int MaxNameChars = 100;
    private const double SecondsPerDay = 86_400;

    /// <exception cref="CelerityException">The type is no task, or its attribute holds a value out of range.</exception>
    public static TaskSettings Of(Type type)
    {
        var attribute = type.GetCustomAttribute<CelerityTaskAttribute>(inherit: false) ?? throw new CelerityException(
            ErrorCodes.NotATask, $"{type.FullName} is no task. Mark it with [CelerityTask(\"name\")].");
        CheckName(type, attribute.Name);
        if (!QueueName.IsValid(attribute.Queue))
        {
            throw Wrong(type, nameof(attribute.Queue), $"\"{attribute.Queue}\"", QueueName.Rule);
        }

        var maxBackoff = RetryDecision.LongestDelay.TotalSeconds;
        CheckRange(type, nameof(attribute.MaxAttempts), attribute.MaxAttempts, 1, 1000);
        CheckRange(type, nameof(attribute.BackoffSeconds), attribute.BackoffSeconds, 0.001, SecondsPerDay);
        CheckRange(type, nameof(attribute.MaxBackoffSeconds), attribute.MaxBackoffSeconds, attribute.BackoffSeconds, maxBackoff);
        CheckRange(type, nameof(attribute.TimeLimitSeconds), attribute.TimeLimitSeconds, 0.001, SecondsPerDay);
        CheckRange(type, nameof(attribute.MaxElapsedSeconds), attribute.MaxElapsedSeconds, 0, 365 * SecondsPerDay);
        CheckRange(type, nameof(attribute.ResultTtlSeconds), attribute.ResultTtlSeconds, 1, 3650 * SecondsPerDay);
        var retry = new RetryPolicy(
            attribute.MaxAttempts,
            TimeSpan.FromSeconds(attribute.BackoffSeconds),
            TimeSpan.FromSeconds(attribute.MaxBackoffSeconds),
            attribute.MaxElapsedSeconds > 0 ? TimeSpan.FromSeconds(attribute.MaxElapsedSeconds) : null);
        return new TaskSettings(attribute.Name, attribute.Queue, retry, TimeSpan.FromSeconds(attribute.TimeLimitSeconds), attribute.Tracking)
        {
            ResultTtl = TimeSpan.FromSeconds(attribute.ResultTtlSeconds),
        };
    }

    private static void CheckName(Type type, string name)
    {
        if (name.Length is 0 or > MaxNameChars || !name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-'))
        {
            throw Wrong(type, nameof(CelerityTaskAttribute.Name), $"\"{name}\"", $"1 to {MaxNameChars} of letters, digits, '.', '_' and '-'");
        }
    }

    private static void CheckRange(Type type, string setting, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
        {
            throw Wrong(type, setting, $"{value}", $"{least} to {most}");
        }
    }

    private static CelerityException Wrong(Type type, string setting, string found, string rule) => new(
        ErrorCodes.BadTask, $"[CelerityTask] of {type.FullName} sets {setting} to {found}; it must be {rule}.");
}
