using System.Text;
using Celerity.Expiry;
using Celerity.Handover;
using Celerity.Storage;
using Celerity.Wire;

namespace Celerity.Tasks.Sending;

/// <summary>
/// At most one task of a key waits or runs. The lock names the task and carries its send: whoever finds it held goes on with that send where
/// its sender died, and takes the lock over where that task has ended. So it never outlives its task.
/// </summary>
/// <remarks>
/// A cached result is such a lock, kept on purpose: one whose task has succeeded holds for as long as the result is fresh, and lies there until
/// the task's record expires. How fresh it must be is the sender's to say.
/// </remarks>
internal sealed class UniqueSends(ITableStore tables, ReservedSends reserved, ControlRows controls, TimeProvider time) : ITaskEffect
{
    /// <summary>When the lock was taken.</summary>
    public const string TakenAtColumn = "takenAt";

    private const int MaxTries = 20;

    // A day shorter than the record of a task is kept at least: that is left for clocks that differ.
    private static readonly TimeSpan RowlessAge = TaskExpiry.TwinFloor - TimeSpan.FromDays(1);

    /// <summary>Sends a task unless one of its key waits or runs.</summary>
    /// <returns>The id of the task that holds the key: this one's, or that of an earlier send.</returns>
    public ValueTask<string> SendAsync(SendRow row, string key, CancellationToken cancellationToken) =>
        SendAsync(row, KeyRows.Unique(row.Task, key), TimeSpan.Zero, cancellationToken);

    /// <summary>Sends a task unless one of its cache key waits, runs, or has ended well no longer ago than <paramref name="cache"/>.</summary>
    /// <returns>The id of the task that holds the key: this one's, or that of an earlier send.</returns>
    public ValueTask<string> SendCachedAsync(SendRow row, TimeSpan cache, CancellationToken cancellationToken) =>
        SendAsync(row, KeyRows.Cache(row.CacheKey!), cache, cancellationToken);

    /// <summary>Finds the task that holds a cache key, without a write: one whose result is fresh, or which is known to have been sent.</summary>
    /// <returns>Its id; <see langword="null"/> where there is none, or its send may have been interrupted.</returns>
    public async ValueTask<string?> FindCachedAsync(string cacheKey, TimeSpan cache, CancellationToken cancellationToken)
    {
        if (await FindAsync(KeyRows.Cache(cacheKey), cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        var holder = SendRow.From(found);
        var control = await controls.FindAsync(TaskKeys.ControlOf(holder.Id), cancellationToken).ConfigureAwait(false);
        if (control is null or { Ending: null, Claim: null } && FindExpired(holder) is not null)
        {
            return null;
        }

        var isHeld = control is null
            ? await reserved.FindAsync(holder.Id, cancellationToken).ConfigureAwait(false) is { State: SendRow.Sent }
            : !IsVoid(control, cache);
        return isHeld ? holder.Id : null;
    }

    /// <summary>Removes the lock of a cached result whose task is about to be dropped.</summary>
    public ValueTask ForgetCachedAsync(string cacheKey, string id, CancellationToken cancellationToken) =>
        ReleaseAsync(KeyRows.Cache(cacheKey), id, cancellationToken);

    private async ValueTask<string> SendAsync(SendRow row, string partition, TimeSpan cache, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (await tables.TryInsertAsync(StorageNames.KeysTable, ToLock(row, partition), cancellationToken).ConfigureAwait(false) is not null)
            {
                return await SendHeldAsync(row, partition, cache, cancellationToken).ConfigureAwait(false);
            }

            if (await FindAsync(partition, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                continue;
            }

            var holder = SendRow.From(found);
            if (holder.Id == row.Id || !await IsVoidAsync(found, cache, cancellationToken).ConfigureAwait(false))
            {
                return await SendHeldAsync(holder, partition, cache, cancellationToken).ConfigureAwait(false);
            }

            if (await tables.TryReplaceAsync(StorageNames.KeysTable, ToLock(row, partition), found.ETag, cancellationToken).ConfigureAwait(false) is not null)
            {
                return await SendHeldAsync(row, partition, cache, cancellationToken).ConfigureAwait(false);
            }
        }

        throw new InvalidOperationException($"The lock of the key of '{row.Task}' changed {MaxTries} times while {row.Id} was sent.");
    }

    public async ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken)
    {
        if (envelope.UniqueKey is { } key)
        {
            await ReleaseAsync(KeyRows.Unique(envelope.Task, key), envelope.Id, cancellationToken).ConfigureAwait(false);
        }

        if (envelope.CacheKey is { } cacheKey && ended.State != TaskState.Succeeded)
        {
            await ReleaseAsync(KeyRows.Cache(cacheKey), envelope.Id, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<string> SendHeldAsync(SendRow holder, string partition, TimeSpan cache, CancellationToken cancellationToken)
    {
        // Sent before, by a sender that was slower to take the lock than the task was to end: nobody else would release it.
        if (!await reserved.SendAsync(holder, cancellationToken).ConfigureAwait(false)
            && await controls.FindAsync(TaskKeys.ControlOf(holder.Id), cancellationToken).ConfigureAwait(false) is { } control
            && IsVoid(control, cache))
        {
            await ReleaseAsync(partition, holder.Id, cancellationToken).ConfigureAwait(false);
        }

        return holder.Id;
    }

    private async ValueTask ReleaseAsync(string partition, string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(partition, cancellationToken).ConfigureAwait(false) is { } found && found.FindString("id") == id)
        {
            _ = await tables.TryDeleteAsync(StorageNames.KeysTable, partition, KeyRows.UniqueRow, found.ETag, cancellationToken).ConfigureAwait(false);
        }
    }

    // Its task has ended, or is ended here. One of an old lock that has no row at all has too: its record has expired, or it was never sent.
    private async ValueTask<bool> IsVoidAsync(TableRow found, TimeSpan cache, CancellationToken cancellationToken)
    {
        var holder = SendRow.From(found);
        var control = await controls.FindAsync(TaskKeys.ControlOf(holder.Id), cancellationToken).ConfigureAwait(false);
        if (control is { Ending: not null } or { Claim: not null })
        {
            return IsVoid(control, cache);
        }

        if (FindExpired(holder) is { } task)
        {
            return await ExpireAsync(task, control, cancellationToken).ConfigureAwait(false);
        }

        // By when it was taken, not sent: what a database kept for days may be sent only now, and its row be on the way.
        return control is null && found.FindTime(TakenAtColumn) < time.GetUtcNow() - RowlessAge
            && await reserved.FindAsync(holder.Id, cancellationToken).ConfigureAwait(false) is null;
    }

    private TaskEnvelope? FindExpired(SendRow holder) =>
        MessageCodec.Decode(Encoding.UTF8.GetBytes(holder.Message), holder.Id).Tasks is [{ ExpiresAt: { } expiresAt } task] && expiresAt <= time.GetUtcNow()
            ? task
            : null;

    // It would keep the key for a run that never comes. Its message, where it has one, makes the effects of this end.
    private async ValueTask<bool> ExpireAsync(TaskEnvelope task, ControlRow? control, CancellationToken cancellationToken)
    {
        var row = control ?? new ControlRow(task.Seq, task.Delivery, task.Attempt, task.Crashes) { Subject = task.Task };
        var ended = row with
        {
            State = TaskState.Expired,
            Ending = new Ending { At = time.GetUtcNow(), Host = Environment.MachineName, Reason = $"It was worth running until {task.ExpiresAt:O}." },
        };
        return await controls.TryEndAsync(TaskKeys.ControlOf(task.Id), control, ended, cancellationToken).ConfigureAwait(false) is not null;
    }

    // Whatever its clock said: the end of a task that holds no cached result voids its lock.
    private bool IsVoid(ControlRow holder, TimeSpan cache) =>
        holder.Ending is { } ending && (cache == TimeSpan.Zero || holder.State != TaskState.Succeeded || ending.At + cache <= time.GetUtcNow());

    private ValueTask<TableRow?> FindAsync(string partition, CancellationToken cancellationToken) =>
        tables.FindAsync(StorageNames.KeysTable, partition, KeyRows.UniqueRow, cancellationToken);

    private TableRow ToLock(SendRow row, string partition)
    {
        var held = row.ToTableRow(partition, KeyRows.UniqueRow);
        return held with { Values = new Dictionary<string, object>(held.Values) { [TakenAtColumn] = time.GetUtcNow() } };
    }
}
