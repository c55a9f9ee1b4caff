namespace Celerity;

/// <summary>Waits for something, but not for ever.</summary>
internal static class TimeLimits
{
    /// <summary>Returns when a task has ended, however it ended, when the time is over, or when the token fires.</summary>
    /// <remarks>A token's timer, for a clock of a test takes that for a limit of what is waited for, and not for a wait that it may jump over.</remarks>
    public static async Task WithinAsync(this Task task, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        await task.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
