namespace Microsoft.Azure.Functions.Worker;

[AttributeUsage(AttributeTargets.Method)]
public abstract class RetryAttribute : Attribute
{
    public RetryAttribute()
    {
    }

    public int MaxRetryCount { get; set; }

    internal static TimeSpan ParseInterval(string interval, string parameter) =>
        TimeSpan.TryParse(interval, out var parsed) && parsed >= TimeSpan.Zero
            ? parsed
            : throw new ArgumentOutOfRangeException(parameter, interval, "The interval must be a non-negative hh:mm:ss time span.");
}
