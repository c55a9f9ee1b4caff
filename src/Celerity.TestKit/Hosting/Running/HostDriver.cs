namespace Celerity.TestKit.Hosting.Running;

/// <summary>Keeps a process of the app running, and moves the clock when nothing else is to be done.</summary>
internal sealed class HostDriver(TestWorld world, TestedApp app)
{
    // Enough to come round where timers are renewed without end at one instant.
    private const int StepLimit = 1_000_000;

    /// <summary>What is due later than this is the runtime's own look-around, which nobody waits for.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(36500);

    private readonly Lock _gate = new();
    private Task<AppProcess>? _process;

    public TestWorld World => world;

    /// <summary>Returns the running process; after a crash, a new one.</summary>
    public Task<AppProcess> CurrentAsync()
    {
        lock (_gate)
        {
            if (_process is null or { IsCompletedSuccessfully: true, Result.IsDead: true })
            {
                // A process does not belong to whoever happened to ask for it.
                _process = Task.Run(() => ProcessStarter.StartAsync(app, world));
            }

            return _process;
        }
    }

    /// <summary>Waits until nothing runs, or all that runs waits on the clock.</summary>
    public async Task SettleAsync()
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var process = await CurrentAsync().ConfigureAwait(false);
            var changed = process.WhenChangedAsync();
            if (!process.IsDead && IsQuiet(process) && await StaysQuietAsync(process).ConfigureAwait(false))
            {
                var isExternal = world.Options.ConnectionString is not null && !process.Running.Any();
                if (!isExternal || !await ExternalQueues.WakeAsync(process).ConfigureAwait(false))
                {
                    return;
                }
            }

            var left = world.Options.HangLimit - TimeProvider.System.GetElapsedTime(startedAt);
            if (left <= TimeSpan.Zero)
            {
                throw Hang(process);
            }

            if (!process.IsDead && !IsQuiet(process) && await IsOnlyLimitedAsync(process, changed, left).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    /// <summary>Moves to an instant, from due time to due time; everything settles in between.</summary>
    public async Task MoveToAsync(DateTimeOffset instant)
    {
        await SettleAsync().ConfigureAwait(false);
        for (var step = 0; world.Clock.MoveTowards(instant); step++)
        {
            await SettleAsync().ConfigureAwait(false);
            if (step > StepLimit)
            {
                throw new TestHostException($"{StepLimit} timers have fired, the clock stands at {world.Clock.GetUtcNow():u}: timers are renewed without end.", world.Transcript);
            }
        }
    }

    /// <summary>Moves from due time to due time until a condition holds.</summary>
    public async Task MoveUntilAsync(Func<AppProcess, Task<bool>> isDone, TimeSpan within, string what)
    {
        var end = world.Clock.GetUtcNow() + within;
        while (true)
        {
            await SettleAsync().ConfigureAwait(false);
            if (await isDone(await CurrentAsync().ConfigureAwait(false)).ConfigureAwait(false))
            {
                return;
            }

            var due = world.Clock.NextDueAt is { } next && next - world.Clock.GetUtcNow() < Horizon
                ? next
                : throw new TestHostException($"{what} waits for something that time does not bring: no timer is due.", world.Transcript);
            if (due > end)
            {
                throw new TestHostException($"{what} has not come to an end within {within} of virtual time.", world.Transcript);
            }

            world.Clock.MoveTowards(due);
        }
    }

    public async Task StopAsync()
    {
        if (_process is not { IsCompletedSuccessfully: true, Result: { IsDead: false } process })
        {
            return;
        }

        // What still runs may wait for something that never comes: it is dropped, as by a crash.
        if (IsQuiet(process) && !process.Running.Any())
        {
            process.StopApplication();
            await process.Ended.WaitAsync(world.Options.HangLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        process.Kill();
    }

    private static bool IsQuiet(AppProcess process) => process.Gauge.Busy == 0 || process.OnlyWaitsOnClock;

    /// <summary>Waits for a change, and says whether there was none because all that runs has time limits and waits for them, as far as can be seen.</summary>
    private async Task<bool> IsOnlyLimitedAsync(AppProcess process, Task changed, TimeSpan left)
    {
        var entries = process.Gauge.Entries;
        var isLimited = process.MayOnlyWaitOnClock && world.Options.Patience < left;
        var change = (Task)Task.WhenAny(process.Gauge.WhenIdleAsync(), changed, process.Died);
        await change.WaitAsync(isLimited ? world.Options.Patience : left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return isLimited && !change.IsCompleted && entries == process.Gauge.Entries && process.MayOnlyWaitOnClock;
    }

    // Code that nothing counts may be on its way: what is in line for a thread goes first.
    private static async Task<bool> StaysQuietAsync(AppProcess process)
    {
        var entries = process.Gauge.Entries;
        for (var round = 0; round < 3; round++)
        {
            var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ThreadPool.UnsafeQueueUserWorkItem(static passed => passed.SetResult(), passed, preferLocal: false);
            await passed.Task.ConfigureAwait(false);
        }

        return entries == process.Gauge.Entries && IsQuiet(process) && !process.IsDead;
    }

    private TestHostException Hang(AppProcess process)
    {
        var running = string.Join(", ", process.Running);
        return new TestHostException(
            $"The app has not come to rest within {world.Options.HangLimit} of real time. Still running: {(running.Length > 0 ? running : "the runtime itself")}.",
            world.Transcript);
    }
}
