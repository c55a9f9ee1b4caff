using Celerity.Storage;

namespace Celerity.DeadLetters.Actions;

/// <summary>Keeps what was asked for, until it is as old as letters get.</summary>
internal sealed class ActionStore(ITableStore tables)
{
    public async ValueTask<ActionRow> AddAsync(ActionRow action, CancellationToken cancellationToken) =>
        await tables.TryInsertAsync(StorageNames.DeadLettersTable, action.ToTableRow(), cancellationToken).ConfigureAwait(false) is { } etag
            ? action with { ETag = etag }
            : await FindAsync(action.Id, cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException($"The action {action.Id} cannot be kept.");

    public async ValueTask<ActionRow?> FindAsync(string id, CancellationToken cancellationToken) =>
        ActionRow.FindKey(id) is { } key
        && await tables.FindAsync(StorageNames.DeadLettersTable, ActionRow.Partition, key, cancellationToken).ConfigureAwait(false) is { } row
            ? ActionRow.From(row)
            : null;

    /// <returns>The action as it is stored now; <see langword="null"/> where another was faster.</returns>
    public async ValueTask<ActionRow?> TryReplaceAsync(ActionRow action, CancellationToken cancellationToken) =>
        await tables.TryReplaceAsync(StorageNames.DeadLettersTable, action.ToTableRow(), action.ETag, cancellationToken).ConfigureAwait(false) is { } etag
            ? action with { ETag = etag }
            : null;

    /// <summary>Finds those of some actions that have not ended, by a request each.</summary>
    public async ValueTask<IReadOnlySet<string>> FindAtWorkAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var atWork = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is { HasEnded: false })
            {
                atWork.Add(id);
            }
        }

        return atWork;
    }

    /// <summary>Drops a hundred actions at most that were asked for before <paramref name="before"/> and have ended.</summary>
    public async ValueTask DropAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var query = new TableQuery(ActionRow.Partition) { RowKeyFrom = ActionRow.KeyAt(before), Limit = TableLimits.BatchRows };
        await foreach (var row in tables.QueryAsync(StorageNames.DeadLettersTable, query, cancellationToken).ConfigureAwait(false))
        {
            if (ActionRow.From(row).HasEnded)
            {
                _ = await tables.TryDeleteAsync(StorageNames.DeadLettersTable, row.PartitionKey, row.RowKey, row.ETag, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask<IReadOnlyList<ActionRow>> ListAsync(int limit, CancellationToken cancellationToken) =>
        await tables.QueryAsync(StorageNames.DeadLettersTable, new TableQuery(ActionRow.Partition) { Limit = limit }, cancellationToken)
            .Select(ActionRow.From).ToListAsync(cancellationToken).ConfigureAwait(false);
}
