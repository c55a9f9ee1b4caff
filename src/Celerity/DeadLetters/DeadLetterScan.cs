using Celerity.Storage;

namespace Celerity.DeadLetters;

/// <summary>Reads letters that fit a filter, group by group in the order of their ids, the newest first in each, by a bounded number of requests.</summary>
internal sealed class DeadLetterScan(ITableStore tables, GroupIndex index)
{
    private const int MaxRequests = 20;
    private const int PageRows = 1000;
    private const int WholeRows = 100;
    private const int GroupsAtOnce = 1000;

    /// <summary>Reads a page.</summary>
    /// <param name="filter">Which letters.</param>
    /// <param name="after">The letter after which to begin; <see langword="null"/> for the first.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="isWhole">Whether messages and failures are read too, a hundred rows by each request; otherwise a thousand.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="isWanted">What a letter must be besides; by default, that it is not gone.</param>
    public async ValueTask<DeadLetterScanPage> ReadAsync(
        DeadLetterFilter filter, DeadLetterKey? after, int limit, bool isWhole, CancellationToken cancellationToken, Predicate<DeadLetterRow>? isWanted = null)
    {
        isWanted ??= row => !row.IsGone;
        var found = new List<DeadLetterRow>();
        var requests = 1;
        var last = after;
        var groups = await GroupsAsync(filter, after?.Group, cancellationToken).ConfigureAwait(false);
        foreach (var group in groups.Entries)
        {
            var from = group == after?.Group ? after.Value.RowKey + "!" : null;
            while (true)
            {
                if (requests++ >= MaxRequests)
                {
                    return new DeadLetterScanPage(found, last);
                }

                var want = isWhole ? WholeRows : PageRows;
                var rows = await RowsAsync(group, from, filter, want, isWhole, cancellationToken).ConfigureAwait(false);
                foreach (var row in rows)
                {
                    last = row.Key;
                    if (isWanted(row) && Fits(row, filter))
                    {
                        found.Add(row);
                    }

                    if (found.Count == limit)
                    {
                        return new DeadLetterScanPage(found, last);
                    }
                }

                if (rows.Count < want)
                {
                    // What comes after the group's last letter: so that the next page need not look at it again.
                    last = new DeadLetterKey(group, "~");
                    break;
                }

                from = rows[^1].Key.RowKey + "!";
            }
        }

        return new DeadLetterScanPage(found, groups.HasMore ? last : null);
    }

    /// <summary>Whether a group can have letters that fit.</summary>
    public static bool Fits(GroupFigures group, DeadLetterFilter filter) =>
        (filter.Task is null || NamePattern.Fits(filter.Task, group.Subject))
        && (filter.Category is null || filter.Category == group.Category)
        && (filter.Exception is null || filter.Exception == group.Exception)
        && (filter.Group is null || filter.Group == group.Group);

    private static bool Fits(DeadLetterRow row, DeadLetterFilter filter) =>
        (filter.Severity is null || row.Letter.Severity >= filter.Severity)
        && (filter.Queue is null || filter.Queue == row.Letter.Queue)
        && (filter.Run is null || filter.Run == row.Letter.Run)
        && (filter.State is null || filter.State == row.Letter.State)
        && (filter.Since is null || row.Letter.At >= filter.Since)
        && (filter.Before is null || row.Letter.At < filter.Before);

    private async ValueTask<(IReadOnlyList<string> Entries, bool HasMore)> GroupsAsync(
        DeadLetterFilter filter, string? from, CancellationToken cancellationToken)
    {
        if (filter.Group is { } one)
        {
            return (string.CompareOrdinal(from, one) <= 0 ? [one] : [], HasMore: false);
        }

        // With the entries' figures; a thousand groups and more are a page of their own.
        var entries = await index.ListAsync(from, GroupsAtOnce, cancellationToken).ConfigureAwait(false);
        return ([.. entries.Where(entry => Fits(entry.Figures, filter)).Select(entry => entry.Figures.Group)], entries.Count == GroupsAtOnce);
    }

    private async ValueTask<List<DeadLetterRow>> RowsAsync(
        string group, string? from, DeadLetterFilter filter, int limit, bool isWhole, CancellationToken cancellationToken)
    {
        var newest = filter.Before is { } before ? DeadLetterKey.CountdownOf(before) : DeadLetterKey.FirstLetter;
        var query = new TableQuery(group)
        {
            RowKeyFrom = string.CompareOrdinal(from, newest) > 0 ? from : newest,
            RowKeyBefore = filter.Since is { } since ? DeadLetterKey.CountdownOf(since) + "." : null,
            Select = isWhole ? null : DeadLetterRow.Facts,
            Limit = limit,
        };
        return await tables.QueryAsync(StorageNames.DeadLettersTable, query, cancellationToken).Select(DeadLetterRow.From)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
    }
}
