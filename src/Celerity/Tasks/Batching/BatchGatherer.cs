namespace Celerity.Tasks.Batching;

/// <summary>Gathers one task's attempts in this process until a batch is full or its first has waited long enough, and runs them by one call.</summary>
/// <remarks>
/// Nothing is stored here: each caller holds its task's claim while it waits, and settles the end that it is given. Who dies while it gathers
/// has died while it ran, and counts a crash for each.
/// </remarks>
internal sealed class BatchGatherer(TaskDefinition task, TaskAttempt attempts, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Batch? _open;

    /// <summary>Runs one attempt of a task, in a batch.</summary>
    public async ValueTask<AttemptEnd> RunAsync(TaskPass pass, CancellationToken stopping)
    {
        var member = new Member(pass, stopping);
        if (Join(member) is { } full)
        {
            Begin(full);
        }

        using (stopping.Register(() => Leave(member)))
        {
            return await member.End.Task.ConfigureAwait(false);
        }
    }

    private Batch? Join(Member member)
    {
        lock (_gate)
        {
            var batch = _open ??= new Batch();
            batch.Members.Add(member);
            if (batch.Members.Count >= task.Settings.BatchSize)
            {
                return Close(batch);
            }

            batch.Timer ??= time.CreateTimer(_ => BeginIfOpen(batch), state: null, task.Settings.BatchWait, Timeout.InfiniteTimeSpan);
            return null;
        }
    }

    // The app stops: what has not begun goes back as it is.
    private void Leave(Member member)
    {
        lock (_gate)
        {
            if (_open is not { } batch || !batch.Members.Remove(member))
            {
                return;
            }

            if (batch.Members.Count == 0)
            {
                Close(batch);
            }
        }

        member.End.TrySetResult(new AttemptEnd.Stopped());
    }

    private void BeginIfOpen(Batch batch)
    {
        lock (_gate)
        {
            if (_open != batch)
            {
                return;
            }

            Close(batch);
        }

        Begin(batch);
    }

    private Batch Close(Batch batch)
    {
        _open = null;
        batch.Timer?.Dispose();
        return batch;
    }

    // Outside of the flow of whoever came first or last: its trace and its log scopes are not the others'.
    private void Begin(Batch batch) => ThreadPool.UnsafeQueueUserWorkItem(_ => _ = RunAsync(batch.Members), state: null);

    private async Task RunAsync(IReadOnlyList<Member> members)
    {
        try
        {
            var wanted = await TakeOutRevokedAsync(members).ConfigureAwait(false);
            var ends = wanted.Count > 0
                ? await attempts.RunAllAsync(task, [.. wanted.Select(member => (member.Pass, member.Stopping))]).ConfigureAwait(false)
                : [];
            foreach (var (at, member) in wanted.Index())
            {
                member.End.SetResult(ends[at]);
            }
        }
#pragma warning disable CA1031 // Each waits for its end: whatever broke is thrown to all that have none, and their deliveries come again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            foreach (var member in members)
            {
                member.End.TrySetException(exception);
            }
        }
    }

    private async ValueTask<List<Member>> TakeOutRevokedAsync(IReadOnlyList<Member> members)
    {
        var revoked = await attempts.FindRevocationsAsync([.. members.Select(member => member.Pass)]).ConfigureAwait(false);
        var wanted = new List<Member>(members.Count);
        foreach (var (at, member) in members.Index())
        {
            if (revoked[at] is { } reason)
            {
                member.End.SetResult(new AttemptEnd.Revoked(reason));
            }
            else
            {
                wanted.Add(member);
            }
        }

        return wanted;
    }

    private sealed class Batch
    {
        public List<Member> Members { get; } = [];

        public ITimer? Timer { get; set; }
    }

    private sealed record Member(TaskPass Pass, CancellationToken Stopping)
    {
        public TaskCompletionSource<AttemptEnd> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
