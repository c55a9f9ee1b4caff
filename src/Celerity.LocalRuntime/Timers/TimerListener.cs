using System.Reflection;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Timers;

/// <summary>Fires the app's timers, in one process at a time among those that share a state folder.</summary>
internal sealed partial class TimerListener(
    TimerRunner runner,
    StateFolder folder,
    SettingTokens tokens,
    IConfiguration configuration,
    IOptions<LocalRuntimeOptions> options,
    TimeProvider time,
    ILogger<TimerListener> logger)
    : ITriggerListener, IDisposable
{
    private const string ZoneSetting = "WEBSITE_TIME_ZONE";

    private static readonly TimeSpan LockRetry = TimeSpan.FromSeconds(5);

    private CancellationTokenSource _stopping = new();
    private Task _work = Task.CompletedTask;

    public Task StartAsync(IReadOnlyList<FunctionDescriptor> functions, CancellationToken cancellationToken)
    {
        var timers = functions
            .Where(function => function.TriggerAttribute is TimerTriggerAttribute)
            .Select(Parse)
            .ToList();
        if (timers.Count > 0)
        {
            // Again after a drain, which has cancelled the one before.
            _stopping.Dispose();
            _stopping = new CancellationTokenSource();
            _work = RunAsync(timers, _stopping.Token);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _work.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _stopping.Dispose();

    private ScheduledFunction Parse(FunctionDescriptor function)
    {
        var attribute = (TimerTriggerAttribute)function.TriggerAttribute;
        var owner = $"The timer function \"{function.Name}\"";
        var schedule = TimerSchedule.Parse(tokens.Resolve(attribute.Schedule, owner), Zone(), owner);
        var isMonitored = attribute.UseMonitor && !schedule.IsTooFrequentToMonitor(time.GetUtcNow());
        return new ScheduledFunction(function, schedule, isMonitored, attribute.RunOnStartup, function.Method.GetCustomAttribute<RetryAttribute>());
    }

    private TimeZoneInfo Zone()
    {
        if (configuration[ZoneSetting] is not { Length: > 0 } id)
        {
            return time.LocalTimeZone;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)
            ? zone
            : throw new LocalStartException($"The app setting {ZoneSetting} is \"{id}\", which is no time zone of this machine.");
    }

    private async Task RunAsync(IReadOnlyList<ScheduledFunction> timers, CancellationToken stopping)
    {
        try
        {
            var held = options.Value.SharesState ? await LockAsync(stopping).ConfigureAwait(false) : Stream.Null;
            await using (held.ConfigureAwait(false))
            {
                await Task.WhenAll(timers.Select(timer => runner.RunAsync(timer, stopping))).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to stop while it waited.
        }
        catch (Exception exception)
        {
            LogStoppedFiring(logger, exception);
        }
    }

    // The lock is the open file itself, so it goes with the process, however that ends.
    private async Task<Stream> LockAsync(CancellationToken stopping)
    {
        var path = folder.PathOf(Path.Combine("timers", "lock"));
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                if (!isFirst)
                {
                    LogTookOver(logger);
                }

                return held;
            }
            catch (IOException)
            {
                if (isFirst)
                {
                    LogStandingBy(logger);
                }

                await Task.Delay(LockRetry, time, stopping).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(9202, LogLevel.Information, "Another process fires the timers; this one stands by")]
    private static partial void LogStandingBy(ILogger logger);

    [LoggerMessage(9205, LogLevel.Information, "The other process is gone; this one fires the timers now")]
    private static partial void LogTookOver(ILogger logger);

    [LoggerMessage(9203, LogLevel.Error, "The timers have stopped firing")]
    private static partial void LogStoppedFiring(ILogger logger, Exception exception);
}

/// <summary>One timer function with its parsed schedule.</summary>
internal sealed record ScheduledFunction(
    FunctionDescriptor Function, TimerSchedule Schedule, bool IsMonitored, bool RunOnStartup, RetryAttribute? Retry);
