using System.Collections.Concurrent;

namespace Celerity.Runs;

/// <summary>Lets requests wait for the end of a run: woken at once where it ends in this process, by looking each second where it ends in another.</summary>
internal sealed class RunEnds(RunStore runs, TimeProvider time)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new(StringComparer.Ordinal);

    /// <summary>Tells those who wait that a run has ended.</summary>
    public void Announce(string run)
    {
        if (_awaited.TryRemove(run, out var end))
        {
            end.TrySetResult();
        }
    }

    /// <summary>Waits until a run has ended, is found missing, or <paramref name="limit"/> has passed.</summary>
    public async Task WaitAsync(string run, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (limit - time.GetElapsedTime(started) is { Ticks: > 0 } left)
        {
            // Before the look: an end between the two is not missed.
            var end = _awaited.GetOrAdd(run, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            try
            {
                if (await runs.FindAsync(run, cancellationToken).ConfigureAwait(false) is not { } row || row.State.IsEnd())
                {
                    return;
                }

                await end.Task.WaitAsync(left < LookInterval ? left : LookInterval, time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }
            finally
            {
                // Nothing is kept of runs that nobody waits for; others who wait for this one look for themselves.
                _awaited.TryRemove(KeyValuePair.Create(run, end));
            }
        }
    }
}
