using Celerity.Tasks;
using Microsoft.Extensions.Configuration;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:Worker:*</c> and refuses what is out of range.</summary>
internal static class WorkerSettings
{
    private const string Section = "Celerity:Worker";
    private const int MaxParallelism = 1000;
    private const int MaxConcurrency = 10_000;

    /// <exception cref="CelerityException">CEL0308: a value is out of its range.</exception>
    public static WorkerOptions Read(IConfiguration configuration)
    {
        var options = new WorkerOptions();
        try
        {
            configuration.GetSection(Section).Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, exception.Message, exception);
        }

        Require(
            options.PackParallelism is >= 1 and <= MaxParallelism,
            nameof(options.PackParallelism),
            options.PackParallelism,
            $"1 to {MaxParallelism}. Leave it out for the number of cores");
        Require(
            options.MostAtOnce is >= 1 and <= MaxConcurrency,
            nameof(options.Concurrency),
            options.MostAtOnce,
            $"1 to {MaxConcurrency}. Leave it out for 32 for each task of one message that runs at once");
        Require(Enum.IsDefined(options.TaskLogLevel), nameof(options.TaskLogLevel), options.TaskLogLevel, "the name of a level, or None for no lines");
        Require(options.RecycleAfterTasks is null or >= 1, nameof(options.RecycleAfterTasks), options.RecycleAfterTasks, "1 or more. Leave it out for never");
        Require(
            options.RecycleAboveMegabytes is null or >= 64, nameof(options.RecycleAboveMegabytes), options.RecycleAboveMegabytes, "64 or more. Leave it out for never");
        Require(
            options.RecycleAfter is null || (options.RecycleAfter >= TimeSpan.FromMinutes(1) && options.RecycleAfter <= TimeSpan.FromDays(365)),
            nameof(options.RecycleAfter),
            options.RecycleAfter,
            "00:01:00 to 365.00:00:00. Leave it out for never");
        Require(options.RecycleAboveZombies >= 0, nameof(options.RecycleAboveZombies), options.RecycleAboveZombies, "0 or more");
        Require(
            options.RecycleGrace >= TimeSpan.Zero && options.RecycleGrace <= TimeSpan.FromDays(1),
            nameof(options.RecycleGrace),
            options.RecycleGrace,
            "00:00:00 to 1.00:00:00");
        return options;
    }

    private static void Require(bool holds, string name, object? found, string rule)
    {
        if (!holds)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{Section}:{name} is {found}; it must be {rule}.");
        }
    }
}
