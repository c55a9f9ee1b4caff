using Celerity.DeadLetters.Actions;
using Celerity.Maintenance;
using Celerity.Storage;
using Microsoft.Extensions.Options;

namespace Celerity.DeadLetters;

/// <summary>Each minute counts the groups whose letters have changed; once a day drops from each group what is kept no longer.</summary>
internal sealed class DeadLetterUpkeep(
    ITableStore tables, GroupIndex index, DeadLetterStore store, ActionStore actions, IOptions<DeadLetterOptions> options, TimeProvider time) : IMaintenanceStep
{
    private const int MaxRequests = 200;
    private const int MaxGroups = 5000;

    private static readonly TimeSpan CleanEvery = TimeSpan.FromDays(1);

    private DateTimeOffset _actionsDroppedAt;

    private TimeSpan Retention => TimeSpan.FromDays(options.Value.RetentionDays);

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _actionsDroppedAt >= CleanEvery)
        {
            await actions.DropAsync(now - Retention, cancellationToken).ConfigureAwait(false);
            _actionsDroppedAt = now;
        }

        var requests = 0;
        foreach (var entry in await index.ListAsync(from: null, MaxGroups, cancellationToken).ConfigureAwait(false))
        {
            if (requests >= MaxRequests)
            {
                return;
            }

            // What has dropped letters has changed the entry: it is counted in the next round.
            var dropped = await DropAsync(entry, MaxRequests - requests, cancellationToken).ConfigureAwait(false);
            requests += dropped > 0 ? dropped : await index.CountAsync(entry, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<int> DropAsync(GroupEntry entry, int mostRequests, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - entry.CleanedAt < CleanEvery)
        {
            return 0;
        }

        var keptFrom = now - Retention;
        var requests = 2;
        while (requests < mostRequests)
        {
            var query = new TableQuery(entry.Figures.Group)
            {
                RowKeyFrom = DeadLetterKey.CountdownOf(keptFrom),
                Select = DeadLetterRow.Facts,
                Limit = DeadLetterStore.MaxChanged,
            };
            var rows = await tables.QueryAsync(StorageNames.DeadLettersTable, query, cancellationToken).Select(DeadLetterRow.From)
                .Where(row => row.Letter.At < keptFrom).ToListAsync(cancellationToken).ConfigureAwait(false);

            // What an action is at stays until tomorrow.
            var others = rows.Select(row => row.Letter.Action).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
            var atWork = await actions.FindAtWorkAsync(others, cancellationToken).ConfigureAwait(false);
            rows.RemoveAll(row => atWork.Contains(row.Letter.Action ?? ""));
            requests += 1 + others.Count;
            if (rows.Count == 0)
            {
                await index.CleanedAsync(entry.Figures.Group, cancellationToken).ConfigureAwait(false);
                return requests;
            }

            if (await store.TryMarkGoneAsync(rows, action: null, cancellationToken).ConfigureAwait(false) is { } gone)
            {
                _ = await store.TryDropAsync(gone, cancellationToken).ConfigureAwait(false);
            }

            requests += 4 + rows.Count(row => row.BodyBlob is not null || row.PayloadBlob is not null);
        }

        return requests;
    }
}
