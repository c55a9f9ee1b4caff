using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Celerity.Ledger;
using Celerity.Storage;

namespace Celerity.Stages.Ledger;

/// <summary>
/// The insert-only record of which chunks of a stage have ended: one partition a page, and a root with one row for each full page.
/// Insert, then count: whoever inserts last sees it full, and two who do no harm.
/// </summary>
internal sealed class StageLedger(ITableStore tables)
{
    private const int PagesAtOnce = 100;
    private const int MaxKept = 1000;
    private const int MaxKeptPages = 64;

    // How many pages from the first on are known to be full: rows of the root never go.
    private readonly ConcurrentDictionary<StageKey, int> _fullPages = new();

    // Of stages with few pages: one whose pages are all full never changes.
    private readonly ConcurrentDictionary<StageKey, IReadOnlyDictionary<int, PageEnd>> _fullRoots = new();

    /// <summary>Reads how the chunks from <paramref name="first"/> to <paramref name="last"/> ended, without partial results. Both lie on one page.</summary>
    public async ValueTask<IReadOnlyList<ChunkEnd>> FindAsync(
        StageKey key, StageLayout layout, int first, int last, CancellationToken cancellationToken)
    {
        var query = new TableQuery(key.PagePartition(layout.PageOf(first)))
        {
            RowKeyFrom = ChunkEnd.RowKeyOf(first),
            RowKeyBefore = ChunkEnd.RowKeyOf(last + 1),
            Select = ChunkEnd.Facts,
        };
        return await ReadAsync(query, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a page with its partial results, in chunk order.</summary>
    public ValueTask<List<ChunkEnd>> ReadPageAsync(StageKey key, int page, CancellationToken cancellationToken) =>
        ReadAsync(new TableQuery(key.PagePartition(page)), cancellationToken);

    /// <summary>Reads where lies what the chunks of a page wrote and rejected, in chunk order; nothing else of them.</summary>
    public ValueTask<List<ChunkEnd>> ReadOutputsAsync(StageKey key, int page, CancellationToken cancellationToken) =>
        ReadAsync(new TableQuery(key.PagePartition(page)) { Select = ChunkEnd.Outputs }, cancellationToken);

    /// <summary>Streams a page with its partial results from one chunk on, in order: at most one answer of the service is in memory.</summary>
    public async IAsyncEnumerable<ChunkEnd> StreamPageAsync(StageKey key, int page, int from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new TableQuery(key.PagePartition(page)) { RowKeyFrom = ChunkEnd.RowKeyOf(from) };
        await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, query, cancellationToken).ConfigureAwait(false))
        {
            yield return ChunkEnd.From(row);
        }
    }

    /// <summary>Inserts the ends of 1 to 100 chunks of one page as one transaction; <see langword="false"/> where any is there already, and nothing was inserted.</summary>
    /// <remarks>A refusal may be the lost reply to one's own insert: insert what is missing, and go on as if it had been accepted.</remarks>
    public ValueTask<bool> TryInsertAsync(StageKey key, StageLayout layout, IReadOnlyList<ChunkEnd> ends, CancellationToken cancellationToken) =>
        tables.TryInsertLedgerAsync(ToRows(key, layout, ends), cancellationToken);

    /// <summary>Inserts those of <paramref name="ends"/>, of one page and in order, that are missing. Afterwards all of them are there, these or earlier ones.</summary>
    public async ValueTask InsertMissingAsync(StageKey key, StageLayout layout, IReadOnlyList<ChunkEnd> ends, CancellationToken cancellationToken)
    {
        foreach (var batch in TableBatches.Cut(ToRows(key, layout, ends), row => row))
        {
            await tables.InsertMissingAsync(batch, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Counts a page by one query; where it is full, makes sure of its row in the root.</summary>
    /// <returns>What has ended of the page.</returns>
    public async ValueTask<LedgerCount> CountPageAsync(StageKey key, StageLayout layout, int page, CancellationToken cancellationToken)
    {
        var query = new TableQuery(key.PagePartition(page)) { Select = [ChunkEnd.RecordsColumn, ChunkEnd.RejectedColumn, ChunkEnd.CategoryColumn] };
        var count = default(LedgerCount);
        await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, query, cancellationToken).ConfigureAwait(false))
        {
            count = count.Add(ChunkEnd.From(row));
        }

        if (count.Chunks == layout.ChunksOfPage(page).Count)
        {
            await EndPageAsync(key, layout, page, count, cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    /// <summary>Reads the full pages by number: one query, or none where this process knows that all are.</summary>
    public async ValueTask<IReadOnlyDictionary<int, PageEnd>> ReadRootAsync(StageKey key, StageLayout layout, CancellationToken cancellationToken)
    {
        if (_fullRoots.TryGetValue(key, out var known))
        {
            return known;
        }

        var pages = new Dictionary<int, PageEnd>();
        await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, new TableQuery(key.RootPartition), cancellationToken).ConfigureAwait(false))
        {
            var count = new LedgerCount(row.GetInt32("chunks"), row.GetInt32("dead"), row.GetInt64("records"), row.GetInt64("rejected"));
            var generation = row.GetInt32("generation") is > 0 and var source ? source : key.Generation;
            pages[int.Parse(row.RowKey, CultureInfo.InvariantCulture)] = new PageEnd(count, generation);
        }

        KeepIfFull(key, layout, pages);
        return pages;
    }

    /// <summary>Takes pages over as they are: 1 to 100, in order. Their rows stay where they lie.</summary>
    public ValueTask TakePagesOverAsync(StageKey key, IReadOnlyList<(int Page, PageEnd End)> pages, CancellationToken cancellationToken) =>
        tables.InsertMissingAsync([.. pages.Select(page => ToPageRow(key, page.Page, page.End))], cancellationToken);

    /// <summary>Counts the page of chunks that have just ended and, where that is full, the root.</summary>
    /// <param name="key">The stage.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="page">The page.</param>
    /// <param name="ended">Rows of the page that are known, each once: where they are all, the page is not read.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether the whole stage has ended.</returns>
    public async ValueTask<bool> CountAsync(StageKey key, StageLayout layout, int page, IReadOnlyCollection<ChunkEnd> ended, CancellationToken cancellationToken)
    {
        var size = layout.ChunksOfPage(page).Count;
        if (ended.Count == size)
        {
            await EndPageAsync(key, layout, page, ended.Aggregate(default(LedgerCount), (sum, end) => sum.Add(end)), cancellationToken).ConfigureAwait(false);
        }
        else if ((await CountPageAsync(key, layout, page, cancellationToken).ConfigureAwait(false)).Chunks < size)
        {
            return false;
        }

        return layout.PageCount == 1 || await IsCompleteAsync(key, layout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells whether every page is full.</summary>
    /// <remarks>
    /// Reads the root from the first page that is not known to be full to the first that is not: one request, however many pages there are. Whoever
    /// writes the last row of the root reads after it, so at least one sees it full.
    /// </remarks>
    public async ValueTask<bool> IsCompleteAsync(StageKey key, StageLayout layout, CancellationToken cancellationToken)
    {
        var full = _fullPages.GetValueOrDefault(key);
        int read;
        do
        {
            var query = new TableQuery(key.RootPartition) { RowKeyFrom = PageRowKey(full), Select = ["chunks"], Limit = PagesAtOnce };
            read = 0;
            await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, query, cancellationToken).ConfigureAwait(false))
            {
                if (row.RowKey != PageRowKey(full))
                {
                    break;
                }

                full++;
                read++;
            }
        }
        while (read == PagesAtOnce);

        if (_fullPages.Count > MaxKept)
        {
            _fullPages.Clear();
        }

        _fullPages[key] = full;
        return full == layout.PageCount;
    }

    private async ValueTask EndPageAsync(StageKey key, StageLayout layout, int page, LedgerCount count, CancellationToken cancellationToken)
    {
        // A row that is there already says the same: the page was full then, and rows never change.
        var end = new PageEnd(count, key.Generation);
        if (await tables.TryInsertAsync(StorageNames.LedgerTable, ToPageRow(key, page, end), cancellationToken).ConfigureAwait(false) is not null)
        {
            KeepIfFull(key, layout, new Dictionary<int, PageEnd> { [page] = end });
        }
    }

    private void KeepIfFull(StageKey key, StageLayout layout, Dictionary<int, PageEnd> pages)
    {
        if (pages.Count != layout.PageCount || pages.Count > MaxKeptPages)
        {
            return;
        }

        if (_fullRoots.Count > MaxKept)
        {
            _fullRoots.Clear();
        }

        _fullRoots[key] = pages;
    }

    private static TableRow[] ToRows(StageKey key, StageLayout layout, IReadOnlyList<ChunkEnd> ends)
    {
        var partition = ends.Count == 0 ? "" : key.PagePartition(layout.PageOf(ends[0].Chunk));
        return [.. ends.Select(end => end.ToRow(partition))];
    }

    private static string PageRowKey(int page) => page.ToString("D6", CultureInfo.InvariantCulture);

    private static TableRow ToPageRow(StageKey key, int page, PageEnd end) =>
        new(key.RootPartition, PageRowKey(page), new Dictionary<string, object>
        {
            ["chunks"] = end.Count.Chunks,
            ["dead"] = end.Count.Dead,
            ["records"] = end.Count.Records,
            ["rejected"] = end.Count.Rejected,
            ["generation"] = end.Generation,
        });

    private async ValueTask<List<ChunkEnd>> ReadAsync(TableQuery query, CancellationToken cancellationToken)
    {
        var ends = new List<ChunkEnd>();
        await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, query, cancellationToken).ConfigureAwait(false))
        {
            ends.Add(ChunkEnd.From(row));
        }

        return ends;
    }
}
