using Celerity.Storage;

namespace Celerity.DeadLetters;

/// <summary>The list of all groups in one partition, so that it is read by a request or two however many letters there are.</summary>
/// <remarks>
/// Whoever changes letters announces it here first, for ten minutes at once; maintenance reads the figures again of what was announced, until two
/// minutes after the last announcement has run out. So a process may die at any place: what it has changed is counted.
/// </remarks>
internal sealed class GroupIndex(ITableStore tables, TimeProvider time)
{
    private static readonly TimeSpan ActiveFor = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    /// <summary>Announces that letters of a group are about to change.</summary>
    /// <returns>The figures, to be stored with the change: they say until when no other announcement is needed.</returns>
    public async ValueTask<GroupFigures> AnnounceAsync(GroupFigures figures, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = time.GetUtcNow();
            if (figures.ListedUntil > now + Margin)
            {
                return figures;
            }

            var until = now + ActiveFor;
            var found = await FindAsync(figures.Group, cancellationToken).ConfigureAwait(false);
            var entry = (found ?? new GroupEntry(figures, until, DateTimeOffset.UnixEpoch, now)) with { ActiveUntil = until };
            if (await TryWriteAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                return figures with { ListedUntil = until };
            }
        }
    }

    /// <summary>Reads the groups from one on, in the order of their ids.</summary>
    public async ValueTask<IReadOnlyList<GroupEntry>> ListAsync(string? from, int limit, CancellationToken cancellationToken)
    {
        var query = new TableQuery(GroupEntry.Partition) { RowKeyFrom = from, Limit = limit };
        return await tables.QueryAsync(StorageNames.DeadLettersTable, query, cancellationToken).Select(GroupEntry.From)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<GroupEntry?> FindAsync(string group, CancellationToken cancellationToken) =>
        await tables.FindAsync(StorageNames.DeadLettersTable, GroupEntry.Partition, group, cancellationToken).ConfigureAwait(false) is { } row
            ? GroupEntry.From(row)
            : null;

    /// <summary>Reads a group's figures again, where they may have changed since. What has no letter any more is forgotten.</summary>
    /// <returns>How many requests that took.</returns>
    public async ValueTask<int> CountAsync(GroupEntry entry, CancellationToken cancellationToken)
    {
        if (entry.CountedAt >= entry.ActiveUntil + Margin)
        {
            return 0;
        }

        var now = time.GetUtcNow();
        var isQuiet = now >= entry.ActiveUntil + Margin;
        var row = await tables.FindAsync(
            StorageNames.DeadLettersTable, entry.Figures.Group, DeadLetterKey.FiguresRow, cancellationToken).ConfigureAwait(false);
        var figures = row is null ? null : GroupFigures.From(row, entry.Figures.Group);
        if (figures is { Kept: > 0 } || !isQuiet)
        {
            _ = await TryWriteAsync(entry with { Figures = figures ?? entry.Figures, CountedAt = now }, cancellationToken).ConfigureAwait(false);
            return 2;
        }

        // The figures first: who adds a letter meanwhile is refused, and announces the group anew.
        if (figures is null || await TryDeleteAsync(figures.Group, DeadLetterKey.FiguresRow, figures.ETag, cancellationToken).ConfigureAwait(false))
        {
            _ = await TryDeleteAsync(GroupEntry.Partition, entry.Figures.Group, entry.ETag, cancellationToken).ConfigureAwait(false);
        }

        return 3;
    }

    /// <summary>Notes when old letters were looked for. Refused where the entry has changed: then they are looked for again.</summary>
    public async ValueTask CleanedAsync(string group, CancellationToken cancellationToken)
    {
        if (await FindAsync(group, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            _ = await TryWriteAsync(entry with { CleanedAt = time.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> TryWriteAsync(GroupEntry entry, CancellationToken cancellationToken)
    {
        var row = entry.ToTableRow();
        return (entry.ETag.Length == 0
            ? await tables.TryInsertAsync(StorageNames.DeadLettersTable, row, cancellationToken).ConfigureAwait(false)
            : await tables.TryReplaceAsync(StorageNames.DeadLettersTable, row, entry.ETag, cancellationToken).ConfigureAwait(false)) is not null;
    }

    private ValueTask<bool> TryDeleteAsync(string partition, string rowKey, string etag, CancellationToken cancellationToken) =>
        tables.TryDeleteAsync(StorageNames.DeadLettersTable, partition, rowKey, etag, cancellationToken);
}
