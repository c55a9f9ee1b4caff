using Celerity.Controls;
using Celerity.Handover;
using Celerity.RateLimits;
using Celerity.Stages;
using Celerity.Tasks;

namespace Celerity.DeadLetters.Actions;

/// <summary>Carries an action out, a page of letters a step. A step that dies is made again: it finds what it has done and goes on.</summary>
internal sealed class ActionRunner(
    ActionStore actions, DeadLetterScan scan, DeadLetterStore store, Replay replay, ChunkReplays chunks, ControlRows controls, AuditLog audit, TimeProvider time)
{
    private const int ReplayedAtOnce = 50;

    // A paced task waits on its queue for so long at most: more would go on when the action is cancelled.
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(1);

    /// <summary>Makes the next step of an action.</summary>
    public async ValueTask<ActionStep> StepAsync(string id, CancellationToken cancellationToken)
    {
        if (await actions.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { HasEnded: false } action)
        {
            return ActionStep.Over;
        }

        var (next, wait) = action switch
        {
            { State: DeadLetterActionState.Accepted } => (await BeginAsync(action, cancellationToken).ConfigureAwait(false), TimeSpan.Zero),
            { State: DeadLetterActionState.Canary } => await LookAtCanaryAsync(action, cancellationToken).ConfigureAwait(false),
            { Kind: ActionRow.Purge } => (await PurgeAsync(action, cancellationToken).ConfigureAwait(false), TimeSpan.Zero),
            { NextAt: { } at, IsCancelling: false } when at - time.GetUtcNow() > Ahead => (action, at - time.GetUtcNow() - (Ahead / 2)),
            _ => (await ReplayAsync(action, cancellationToken).ConfigureAwait(false), TimeSpan.Zero),
        };

        // Refused where it was cancelled, or another makes the same step: the row says how to go on.
        var stored = next is null ? null : await actions.TryReplaceAsync(next with { TouchedAt = time.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
        return stored is { HasEnded: true } ? ActionStep.Over : ActionStep.After(wait);
    }

    private async ValueTask<ActionRow> BeginAsync(ActionRow action, CancellationToken cancellationToken)
    {
        var details = CelerityJson.Write(new { action.Filter, action.Letter, action.Options.Canary, action.Options.Rate, action.Expected });
        await audit.AddOnceAsync(
            $"deadLetters.{action.Kind}", action.Letter ?? action.Id, new ActionNote(action.Who, action.Why), action.CreatedAt, action.Id, details, cancellationToken)
            .ConfigureAwait(false);
        return action with { State = DeadLetterActionState.Running };
    }

    private async ValueTask<ActionRow?> ReplayAsync(ActionRow action, CancellationToken cancellationToken)
    {
        var limit = action.IsBeforeCanary ? Math.Min(ReplayedAtOnce, action.Options.Canary - action.CanaryTasks.Count) : ReplayedAtOnce;
        var (pace, nextAt) = Pace(action);
        limit = pace is { } interval ? Math.Clamp((int)((time.GetUtcNow() + Ahead - nextAt) / interval) + 1, 1, limit) : limit;
        var page = await ReadAsync(action, limit, cancellationToken).ConfigureAwait(false);
        if (!await IsCurrentAsync(action, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var rows = page.Rows;
        if (action.IsCancelling)
        {
            // What it has marked is all that is left to send.
            rows = [.. page.Rows.Where(row => row.Letter.Action == action.Id)];
            if (!await TryFenceAsync(page.Rows.Where(row => row.Letter.Action != action.Id), cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }

        if (await replay.RunAsync(action, rows, pace, nextAt, cancellationToken).ConfigureAwait(false) is not { } sent)
        {
            // A letter was changed by somebody else: read again.
            return null;
        }

        var next = action with
        {
            Done = action.Done + sent.Tasks.Count,
            SetAside = action.SetAside + sent.SetAside,
            Refused = action.Refused + sent.Reasons.Count,
            Reason = action.Reason ?? (sent.Reasons is [var reason, ..] ? reason : null),
            TaskId = action.Letter is not null && sent.Tasks is [var task] ? task : null,
            CanaryTasks = action.IsBeforeCanary ? [.. action.CanaryTasks, .. sent.Tasks] : action.CanaryTasks,
            NextAt = pace is null ? null : sent.NextAt,
            Cursor = page.Next?.Id ?? action.Cursor,
            IsThrough = page.Next is null,
        };
        return next switch
        {
            { IsCancelling: true } => next.Ended(DeadLetterActionState.Cancelled, time.GetUtcNow()),
            { HasCanary: true, HasPassedCanary: false } when next.IsThrough || !next.IsBeforeCanary => next with { State = DeadLetterActionState.Canary },
            { IsThrough: true } => next.Ended(DeadLetterActionState.Completed, time.GetUtcNow()),
            _ => next,
        };
    }

    private async ValueTask<DeadLetterScanPage> ReadAsync(ActionRow action, int limit, CancellationToken cancellationToken)
    {
        if (action.Letter is { } id)
        {
            var letter = await store.FindAsync(DeadLetterKey.TryParse(id)!.Value, cancellationToken).ConfigureAwait(false);
            return new DeadLetterScanPage(letter is null || !IsWanted(letter) ? [] : [letter], null);
        }

        var page = await scan.ReadAsync(
            action.Filter with { State = null }, CursorOf(action), limit, isWhole: true, cancellationToken, IsWanted).ConfigureAwait(false);
        var rows = new List<DeadLetterRow>(page.Rows.Count);
        foreach (var row in page.Rows)
        {
            rows.Add(await store.WithMessageAsync(row, cancellationToken).ConfigureAwait(false));
        }

        return page with { Rows = rows };

        // Those that this action has changed before it died count too.
        bool IsWanted(DeadLetterRow row) => !row.IsGone && (row.Letter.Action == action.Id
            || row.Letter.State == DeadLetterState.Open || (action.Letter is not null && row.Letter.State == DeadLetterState.SetAside));
    }

    private async ValueTask<(ActionRow? Next, TimeSpan Wait)> LookAtCanaryAsync(ActionRow action, CancellationToken cancellationToken)
    {
        var isOver = true;
        foreach (var task in action.CanaryTasks)
        {
            if (StageKey.TryParseChunk(task) is var (stage, chunk))
            {
                var (hasEnded, failure) = await chunks.LookAsync(stage, chunk, cancellationToken).ConfigureAwait(false);
                if (failure is not null)
                {
                    return (action.Ended(DeadLetterActionState.Stopped, time.GetUtcNow(), $"The chunk {task} of the canary failed: {failure}"), TimeSpan.Zero);
                }

                isOver &= hasEnded;
                continue;
            }

            var row = await controls.FindAsync(TaskKeys.ControlOf(task), cancellationToken).ConfigureAwait(false);
            if (row is { Ending: { } ending, State: not (TaskState.Succeeded or TaskState.Discarded) })
            {
                return (action.Ended(
                    DeadLetterActionState.Stopped, time.GetUtcNow(), $"The task {task} of the canary ended as {row.State}: {ending.Reason}"), TimeSpan.Zero);
            }

            isOver &= row?.Ending is not null;
        }

        if (!isOver)
        {
            var wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(action.Looks, 10)));
            return (action with { Looks = action.Looks + 1 }, wait < LongestLook ? wait : LongestLook);
        }

        var passed = action with { HasPassedCanary = true, State = DeadLetterActionState.Running };
        return (passed.IsThrough ? passed.Ended(DeadLetterActionState.Completed, time.GetUtcNow()) : passed, TimeSpan.Zero);
    }

    private async ValueTask<ActionRow?> PurgeAsync(ActionRow action, CancellationToken cancellationToken)
    {
        var page = await scan.ReadAsync(
            action.Filter, CursorOf(action), DeadLetterStore.MaxChanged, isWhole: action.IsCancelling, cancellationToken, isWanted: _ => true).ConfigureAwait(false);
        if (!await IsCurrentAsync(action, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        // A replay may have marked letters that it has not sent yet, another purge some that it has not counted.
        var others = page.Rows.Select(row => row.Letter.Action).OfType<string>().Where(other => other != action.Id);
        var atWork = await actions.FindAtWorkAsync(others, cancellationToken).ConfigureAwait(false);
        var rows = page.Rows.Where(row => !atWork.Contains(row.Letter.Action ?? "")).ToList();
        if (action.IsCancelling)
        {
            // What it has marked before it died is all that is left to count.
            if (!await TryFenceAsync(rows.Where(row => !row.IsGone), cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            rows.RemoveAll(row => !row.IsGone);
        }

        var gone = new List<IReadOnlyList<DeadLetterRow>>();
        foreach (var group in rows.GroupBy(row => row.Letter.Group, StringComparer.Ordinal))
        {
            if (await store.TryMarkGoneAsync([.. group], action.Id, cancellationToken).ConfigureAwait(false) is not { } marked)
            {
                return null;
            }

            gone.Add(marked);
        }

        // Counted before they go: a step that dies finds them gone, and knows up to where it has counted.
        var counted = gone.SelectMany(marked => marked).Where(IsOwn).Select(row => row.Letter.Id).Where(id => string.CompareOrdinal(id, action.CountedTo) > 0).ToList();
        if (counted.Count > 0)
        {
            var next = action with { Done = action.Done + counted.Count, CountedTo = counted.Max(StringComparer.Ordinal), TouchedAt = time.GetUtcNow() };
            if (await actions.TryReplaceAsync(next, cancellationToken).ConfigureAwait(false) is not { } noted)
            {
                return null;
            }

            action = noted;
        }

        var isWhole = true;
        foreach (var marked in gone)
        {
            isWhole &= await store.TryDropAsync(marked, cancellationToken).ConfigureAwait(false);
        }

        return !isWhole ? null
            : action.IsCancelling ? action.Ended(DeadLetterActionState.Cancelled, time.GetUtcNow())
            : page.Next is { } last ? action with { Cursor = last.Id }
            : action.Ended(DeadLetterActionState.Completed, time.GetUtcNow());

        bool IsOwn(DeadLetterRow row) => row.IsGone && row.Letter.Action == action.Id;
    }

    // Asked once its letters are read: another process that makes the step too may have ended the action.
    private async ValueTask<bool> IsCurrentAsync(ActionRow action, CancellationToken cancellationToken) =>
        (await actions.FindAsync(action.Id, cancellationToken).ConfigureAwait(false))?.ETag == action.ETag;

    // Written as they are before a stopped action ends: another process that has read them for the same step is refused, and one that reads them later
    // finds that the action has changed. So who ends it knows all that it will ever have marked. Chunks are not marked by steps.
    private ValueTask<bool> TryFenceAsync(IEnumerable<DeadLetterRow> rows, CancellationToken cancellationToken) =>
        store.TryChangeAllAsync(rows.Where(row => row.Letter.Kind != DeadLetterKind.Chunk), row => row, cancellationToken);

    private static DeadLetterKey? CursorOf(ActionRow action) => action.Cursor is { } cursor ? DeadLetterKey.OfCursor(cursor) : null;

    private (TimeSpan? Interval, DateTimeOffset NextAt) Pace(ActionRow action)
    {
        var now = time.GetUtcNow();
        return action.Options.Rate is { } rate
            ? (TimeSpan.FromSeconds(1 / RateLimit.TryParse(rate)!.PerSecond), action.NextAt is { } at && at > now ? at : now)
            : (null, now);
    }
}
