using System.Text.Json;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Timers;

/// <summary>Fires one timer after another occurrence, never beside itself.</summary>
internal sealed partial class TimerRunner(
    IFunctionInvoker invoker, TimerStatusStore store, TimeProvider time, ILogger<TimerRunner> logger, WorkGauge? gauge = null)
{
    // A timer can wait about 49 days; longer waits are chained.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(24);

    private readonly Random _random = new();

    /// <summary>Returns the trigger's value as the host sends it to the worker.</summary>
    public static string ValueOf(TimerStatus? status, bool isPastDue) =>
        JsonSerializer.Serialize(new { ScheduleStatus = status, IsPastDue = isPastDue });

    public async Task RunAsync(ScheduledFunction timer, CancellationToken stopping)
    {
        gauge?.Enter();
        try
        {
            await FireAsync(timer, stopping).ConfigureAwait(false);
        }
        finally
        {
            gauge?.Exit();
        }
    }

    private async Task FireAsync(ScheduledFunction timer, CancellationToken stopping)
    {
        var (status, isPastDue) = Resume(timer);
        var due = status.Next;
        if (isPastDue || timer.RunOnStartup)
        {
            due = time.GetUtcNow();
        }

        while (true)
        {
            await WaitUntilAsync(due, stopping).ConfigureAwait(false);
            stopping.ThrowIfCancellationRequested();
            var started = time.GetUtcNow();
            await InvokeAsync(timer, timer.IsMonitored ? status : null, isPastDue, stopping).ConfigureAwait(false);
            isPastDue = false;
            status = new TimerStatus(started, timer.Schedule.After(started), started);
            Save(timer, status);
            due = status.Next;
        }
    }

    private (TimerStatus Status, bool IsPastDue) Resume(ScheduledFunction timer)
    {
        var now = time.GetUtcNow();
        var stored = timer.IsMonitored ? store.Find(timer.Function.Name) : null;
        if (stored is null)
        {
            var first = new TimerStatus(default, timer.Schedule.After(now), now);
            Save(timer, first);
            return (first, false);
        }

        // A schedule that was changed meanwhile is counted anew from the last run.
        var expected = timer.Schedule.After(stored.Last == default ? stored.LastUpdated : stored.Last);
        var status = stored.Next == expected ? stored : stored with { Next = expected };
        return (status, status.Next <= now);
    }

    private void Save(ScheduledFunction timer, TimerStatus status)
    {
        if (timer.IsMonitored)
        {
            store.Save(timer.Function.Name, status);
        }
    }

    // Returns at the instant or later, never a moment early: counted from there, the same occurrence would come again.
    private async Task WaitUntilAsync(DateTimeOffset due, CancellationToken stopping)
    {
        if (gauge is not null)
        {
            await WaitUncountedAsync(due, stopping).ConfigureAwait(false);
            return;
        }

        for (var left = due - time.GetUtcNow(); left > TimeSpan.Zero; left = due - time.GetUtcNow())
        {
            await Task.Delay(left < LongestWait ? left : LongestWait, time, stopping).ConfigureAwait(false);
        }
    }

    // For tests that move the clock: from due time to the next wait it is counted as going on, without a moment in between.
    private async Task WaitUncountedAsync(DateTimeOffset due, CancellationToken stopping)
    {
        using var wake = new WakeSignal(time, gauge!);
        using var stop = stopping.Register(wake.Set);
        while (time.GetUtcNow() < due && !stopping.IsCancellationRequested)
        {
            await wake.SleepAsync(due).ConfigureAwait(false);
        }

        stopping.ThrowIfCancellationRequested();
    }

    private async Task InvokeAsync(ScheduledFunction timer, TimerStatus? status, bool isPastDue, CancellationToken stopping)
    {
        var value = ValueOf(status, isPastDue);
        for (var attempt = 0; ; attempt++)
        {
            var request = new InvocationRequest { TriggerValue = value, Features = RetryFeature(timer.Retry, attempt) };
            try
            {
                await invoker.InvokeAsync(timer.Function, request, CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (Exception exception)
            {
                // The schedule goes on, whatever a run did; the invoker has logged it.
                LogFailed(logger, timer.Function.Name, exception.GetType().Name);
            }

            if (timer.Retry is null || (timer.Retry.MaxRetryCount >= 0 && attempt >= timer.Retry.MaxRetryCount))
            {
                return;
            }

            await WaitUntilAsync(time.GetUtcNow() + RetryDelay.For(timer.Retry, attempt + 1, _random.NextDouble()), stopping).ConfigureAwait(false);
        }
    }

    private static Dictionary<Type, object> RetryFeature(RetryAttribute? retry, int attempt) =>
        retry is null ? [] : new() { [typeof(RetryContext)] = new TimerRetryContext(attempt, retry.MaxRetryCount) };

    private sealed class TimerRetryContext(int retryCount, int maxRetryCount) : RetryContext
    {
        public override int RetryCount => retryCount;

        public override int MaxRetryCount => maxRetryCount;
    }

    [LoggerMessage(9204, LogLevel.Debug, "A run of the timer {Function} ended with {ErrorType}")]
    private static partial void LogFailed(ILogger logger, string function, string errorType);
}
