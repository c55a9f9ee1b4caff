namespace Celerity.Tasks.Results;

/// <summary>Waits for something that another process may write: by looking, ever more slowly, or at once where this process wrote it.</summary>
internal static class Polling
{
    private const double Growth = 1.5;

    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(2);

    /// <summary>Looks until <paramref name="isDone"/> says yes or the time is up.</summary>
    /// <returns>What was seen last.</returns>
    public static async ValueTask<T> UntilAsync<T>(
        Func<ValueTask<T>> look, Func<T, bool> isDone, Task signal, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var interval = FirstInterval;
        while (true)
        {
            var isSignalled = signal.IsCompleted;
            var seen = await look().ConfigureAwait(false);
            var left = timeout - time.GetElapsedTime(start);
            if (isDone(seen) || left <= TimeSpan.Zero)
            {
                return seen;
            }

            // A signal that was there before the look has told all that it can tell.
            var wake = isSignalled ? Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken) : signal;
            await wake.WaitAsync(interval < left ? interval : left, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            interval = interval * Growth < LongestInterval ? interval * Growth : LongestInterval;
        }
    }
}
