using Celerity.Ledger;
using Celerity.Storage;

namespace Celerity.Groups;

/// <summary>
/// A group's rows: its root with the group, its end and one row for each full page, and its pages with one row for each ended task. All are
/// inserted once. Insert, then count: whoever inserts last sees it full, and two who do no harm.
/// </summary>
internal sealed class GroupStore(ITableStore tables)
{
    public async ValueTask InsertAsync(Group group, CancellationToken cancellationToken) =>
        await tables.InsertMissingAsync([group.ToRow()], cancellationToken).ConfigureAwait(false);

    public async ValueTask InsertEndAsync(string id, GroupEnd end, CancellationToken cancellationToken) =>
        await tables.InsertMissingAsync([end.ToRow(id)], cancellationToken).ConfigureAwait(false);

    /// <summary>Reads a group's root by one query; <see langword="null"/> where there is none.</summary>
    public async ValueTask<GroupRoot?> FindRootAsync(string id, CancellationToken cancellationToken)
    {
        if (!GroupKeys.IsId(id))
        {
            return null;
        }

        var (group, end, pages) = (default(Group), default(GroupEnd), new Dictionary<int, int>());
        await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, new TableQuery(GroupKeys.Root(id)), cancellationToken).ConfigureAwait(false))
        {
            group = row.RowKey == GroupKeys.RecordRow ? Group.From(id, row) : group;
            end = row.RowKey == GroupKeys.EndRow ? GroupEnd.From(row) : end;
            if (GroupKeys.FindPage(row.RowKey) is { } page)
            {
                pages[page] = row.GetInt32("failed");
            }
        }

        return group is null ? null : new GroupRoot(group, end, pages);
    }

    /// <summary>Whether a group's tasks must be kept: it is there and has not ended.</summary>
    public async ValueTask<bool> IsOpenAsync(string id, CancellationToken cancellationToken) =>
        await FindRootAsync(id, cancellationToken).ConfigureAwait(false) is { End: null };

    /// <summary>Inserts the ends of tasks of one page, those that are missing.</summary>
    /// <returns>The page: full and counted where all of its tasks are among them.</returns>
    public async ValueTask<EndedPage> AddEndsAsync(string id, int page, int tasksOfPage, IEnumerable<ChildEnd> ends, CancellationToken cancellationToken)
    {
        var distinct = ends.DistinctBy(end => end.Index).OrderBy(end => end.Index).ToList();
        foreach (var batch in distinct.Select(end => end.ToRow(id)).Chunk(TableLimits.BatchRows))
        {
            await tables.InsertMissingAsync(batch, cancellationToken).ConfigureAwait(false);
        }

        return new EndedPage(page, distinct.Count < tasksOfPage ? null : distinct.Count(end => end.IsFailure));
    }

    /// <summary>Counts a page by one query; where it is full, makes sure of its row in the root.</summary>
    /// <returns>How many of the page have ended, and how many of those failed.</returns>
    public async ValueTask<(int Ended, int Failed)> CountPageAsync(string id, int page, int tasksOfPage, CancellationToken cancellationToken)
    {
        var (ended, failed) = (0, 0);
        var query = new TableQuery(GroupKeys.Page(id, page)) { Select = [ChildEnd.StateColumn] };
        await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, query, cancellationToken).ConfigureAwait(false))
        {
            ended++;
            failed += ChildEnd.From(row).IsFailure ? 1 : 0;
        }

        if (ended == tasksOfPage)
        {
            await InsertFullPageAsync(id, page, failed, cancellationToken).ConfigureAwait(false);
        }

        return (ended, failed);
    }

    /// <summary>Reads a page, in the order of its tasks.</summary>
    public async ValueTask<List<ChildEnd>> ReadPageAsync(string id, int page, CancellationToken cancellationToken)
    {
        var ends = new List<ChildEnd>();
        await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, new TableQuery(GroupKeys.Page(id, page)), cancellationToken).ConfigureAwait(false))
        {
            ends.Add(ChildEnd.From(row));
        }

        return ends;
    }

    /// <summary>Makes sure of a full page's row in the root.</summary>
    public async ValueTask InsertFullPageAsync(string id, int page, int failed, CancellationToken cancellationToken)
    {
        var full = new TableRow(GroupKeys.Root(id), GroupKeys.PageRow(page), new Dictionary<string, object> { ["failed"] = failed });

        // A row that is there already says the same: the page was full then, and rows never change.
        _ = await tables.TryInsertAsync(StorageNames.LedgerTable, full, cancellationToken).ConfigureAwait(false);
    }
}
