using Celerity.LocalRuntime.Hosting;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>Claims work of one kind while it has free slots, runs it, and sleeps when there is none.</summary>
internal sealed class WorkLoop(
    string kind,
    int slots,
    TimeSpan pollInterval,
    Func<int, IReadOnlyList<Func<Task>>> claim,
    Func<DateTimeOffset, DateTimeOffset?> nextDueAt,
    WorkGauge gauge,
    TimeProvider time,
    ILogger logger) : IDisposable
{
    private int _running;

    /// <summary>Gets the signal that there may be work.</summary>
    public WakeSignal Wake { get; } = new(time, gauge);

    /// <summary>Runs until <paramref name="stopping"/> fires and what runs by then has ended.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var wakeToStop = stopping.Register(Wake.Set);
        gauge.Enter();
        while (!stopping.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            var free = slots - Volatile.Read(ref _running);
            var claimed = free > 0 ? TryClaim(free) : null;
            if (claimed is { Count: > 0 })
            {
                foreach (var work in claimed)
                {
                    Start(work);
                }
            }
            else
            {
                await Wake.SleepAsync(free > 0 ? Earlier(now + pollInterval, claimed is null ? null : nextDueAt(now)) : null).ConfigureAwait(false);
            }
        }

        while (Volatile.Read(ref _running) > 0)
        {
            await Wake.SleepAsync(null).ConfigureAwait(false);
        }

        gauge.Exit();
    }

    public void Dispose() => Wake.Dispose();

    private static DateTimeOffset Earlier(DateTimeOffset poll, DateTimeOffset? due) => due < poll ? due.Value : poll;

    private IReadOnlyList<Func<Task>>? TryClaim(int free)
    {
        try
        {
            return claim(free);
        }
#pragma warning disable CA1031 // The loop outlives a store that is busy or gone for a while: it is asked again at the next poll.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            DispatchLog.ClaimFailed(logger, kind, exception);
            return null;
        }
    }

    private void Start(Func<Task> work)
    {
        gauge.Enter();
        Interlocked.Increment(ref _running);
        _ = Task.Run(async () =>
        {
            try
            {
                await work().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // One piece of work never ends the loop; its claim is freed where it was taken.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                DispatchLog.WorkFailed(logger, kind, exception);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
                Wake.Set();
                gauge.Exit();
            }
        });
    }
}
