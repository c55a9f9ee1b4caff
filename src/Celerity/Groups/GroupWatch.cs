using Celerity.Maintenance;

namespace Celerity.Groups;

/// <summary>Goes on with groups whose sender or whose last count died: sends what was not sent, counts again, each time after a longer wait.</summary>
internal sealed class GroupWatch(GroupStore groups, GroupNotes notes, GroupSends sends, GroupCompletion completion, TimeProvider time) : IMaintenanceStep
{
    public static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);

    private const int MaxLooks = 100;

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    // Much longer than a sender takes between its note and its group.
    private static readonly TimeSpan NeverBegunAge = TimeSpan.FromMinutes(10);

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var open = await notes.ReadAsync(cancellationToken).ConfigureAwait(false);
        foreach (var note in open.Where(note => note.LookAt <= now).OrderBy(note => note.LookAt).Take(MaxLooks))
        {
            await LookAsync(note, now, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask LookAsync(GroupNote note, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var root = await groups.FindRootAsync(note.Id, cancellationToken).ConfigureAwait(false);
        var isOld = now - note.At > NeverBegunAge;
        if (root is { End: not null } || (isOld && root is null))
        {
            await sends.ForgetAsync(note.Id, cancellationToken).ConfigureAwait(false);
            await notes.RemoveAsync(note.Id, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (root is null)
        {
            return;
        }

        if (!note.IsSent)
        {
            if (await sends.FindAsync(note.Id, cancellationToken).ConfigureAwait(false) is not { } messages)
            {
                // Its sender died before the first message left, or is still at it.
                if (isOld)
                {
                    await notes.RemoveAsync(note.Id, cancellationToken).ConfigureAwait(false);
                }

                return;
            }

            // Those that had been sent are twins now, which the hand-over rules see to.
            await sends.SendAsync(messages, cancellationToken).ConfigureAwait(false);
        }

        var wait = (now - note.At) / 2;
        var next = wait < FirstLook ? FirstLook : wait < LongestWait ? wait : LongestWait;
        await notes.ReplaceAsync(note with { IsSent = true, LookAt = now + next }, cancellationToken).ConfigureAwait(false);

        // A page in the root is full and counted. One that is full already, with a group that has no end, is counted again to end it.
        var pages = Enumerable.Range(0, GroupKeys.PageCount(root.Group.Count))
            .Where(page => root.IsFull ? page == 0 : !root.FailedByPage.ContainsKey(page))
            .Select(page => new EndedPage(page, Failed: null));
        await completion.CountAsync(note.Id, root.Group.Count, pages, cancellationToken).ConfigureAwait(false);
    }
}
