using Celerity.Storage;

namespace Celerity.Controls;

/// <summary>What is set while the app runs, in one partition of the control table: small, read by every instance, written by operators and circuits.</summary>
internal sealed class ControlStore(ITableStore tables, TimeProvider time)
{
    private const int MaxRounds = 10;

    // The kinds sort after the audit.
    private const string FirstKind = "C";

    public async ValueTask<IReadOnlyList<ControlEntry>> ListAsync(CancellationToken cancellationToken)
    {
        var entries = new List<ControlEntry>();
        var query = new TableQuery(ControlEntry.Partition) { RowKeyFrom = FirstKind };
        await foreach (var row in tables.QueryAsync(StorageNames.ControlTable, query, cancellationToken).ConfigureAwait(false))
        {
            // While versions of the app change, the older one must not stumble over what the newer one has set.
            if (ControlEntry.KindOf(row.RowKey) is not null)
            {
                entries.Add(ControlEntry.From(row));
            }
        }

        return entries;
    }

    public async ValueTask<ControlEntry?> FindAsync(ControlKind kind, string target, CancellationToken cancellationToken) =>
        await tables.FindAsync(StorageNames.ControlTable, ControlEntry.Partition, ControlEntry.RowKeyOf(kind, target), cancellationToken)
            .ConfigureAwait(false) is { } row
            ? ControlEntry.From(row)
            : null;

    /// <summary>Changes an entry by what it says now, in one transaction with an audit record and with queues to refill.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="target">Its target.</param>
    /// <param name="change">Given what it says, tells what it is to say; <see langword="null"/> to leave it as it is. Called again where another was faster.</param>
    /// <param name="audit">The record, given what it said and what it says; <see langword="null"/> for none.</param>
    /// <param name="refills">Queues whose held tasks may become free by it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether it was changed.</returns>
    public ValueTask<bool> ChangeAsync(
        ControlKind kind,
        string target,
        Func<ControlEntry?, string?> change,
        Func<string?, string, TableRow>? audit,
        IReadOnlyList<string> refills,
        CancellationToken cancellationToken) => ChangeAsync(
            kind,
            target,
            entry => change(entry) is { } value ? new ControlChange(value) { Refills = refills, Audit = audit?.Invoke(entry?.Value, value) } : null,
            cancellationToken);

    /// <summary>The same where what is stored with it depends on the change.</summary>
    public async ValueTask<bool> ChangeAsync(
        ControlKind kind, string target, Func<ControlEntry?, ControlChange?> compute, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var entry = await FindAsync(kind, target, cancellationToken).ConfigureAwait(false);
            if (compute(entry) is not { } change)
            {
                return false;
            }

            var now = time.GetUtcNow();
            var rows = new List<TableRow> { new ControlEntry(kind, target, change.Value, now) { ETag = entry?.ETag ?? "" }.ToTableRow() };
            foreach (var queue in change.Refills)
            {
                var refill = await FindAsync(ControlKind.Refill, queue, cancellationToken).ConfigureAwait(false);
                rows.Add(new ControlEntry(ControlKind.Refill, queue, "{}", now) { ETag = refill?.ETag ?? "" }.ToTableRow());
            }

            if (change.Audit is { } record)
            {
                rows.Add(record);
            }

            if (await tables.TryWriteAllAsync(StorageNames.ControlTable, rows, cancellationToken).ConfigureAwait(false) is not null)
            {
                return true;
            }
        }

        throw new InvalidOperationException($"The change of {kind} '{target}' was refused {MaxRounds} times.");
    }

    /// <summary>Asks for a queue's held tasks to be looked through.</summary>
    public async ValueTask AskForRefillAsync(string queue, CancellationToken cancellationToken) =>
        await ChangeAsync(ControlKind.Refill, queue, _ => "{}", audit: null, refills: [], cancellationToken).ConfigureAwait(false);

    /// <summary>Deletes an entry that is still as it was read.</summary>
    public async ValueTask<bool> TryDeleteAsync(ControlEntry entry, CancellationToken cancellationToken) =>
        await tables.TryDeleteAsync(
            StorageNames.ControlTable, ControlEntry.Partition, ControlEntry.RowKeyOf(entry.Kind, entry.Target), entry.ETag, cancellationToken).ConfigureAwait(false);
}
