using Celerity.Handover;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Tasks.Model;

/// <summary>One mutant for each rule of sends with keys.</summary>
internal static class KeyMutants
{
    /// <summary>Row 27: a lock is released whosever it is.</summary>
    public static Mutant ReleasesBlindly { get; } = new() { Services = services => services.AddScoped<ITaskEffect, BlindRemoval>() };

    /// <summary>Row 28: a lock whose task has ended is taken over whatever has become of it.</summary>
    public static Mutant TakesLocksOverBlindly { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        Replace = async (inner, table, row, etag) => await inner.TryReplaceAsync(table, row, etag, CancellationToken.None).ConfigureAwait(false)
            ?? (row.RowKey == KeyRows.UniqueRow && await FindAsync(inner, table, row).ConfigureAwait(false) is { } stored
                ? await inner.TryReplaceAsync(table, row, stored.ETag, CancellationToken.None).ConfigureAwait(false)
                : null),
    });

    /// <summary>Row 29: a ticket does not wait for the one before it.</summary>
    public static Mutant SendsOutOfTurn { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        Found = row => IsTicket(row) ? row with { Values = new Dictionary<string, object>(row.Values) { ["ticketState"] = "ended" } } : row,
    });

    /// <summary>Row 30: only the pass that stored an end tells the line of it.</summary>
    public static Mutant TellsTheLineOnce { get; } = Of((tables, consumer) => new AlteredTables(tables)
    {
        // Looked for and not found: it goes on as if the line had gone on long ago.
        FindRow = (inner, table, partitionKey, rowKey) => table == StorageNames.KeysTable && consumer.IsDelivering && !consumer.Storage.HasEnded
            ? ValueTask.FromResult<TableRow?>(null)
            : inner.FindAsync(table, partitionKey, rowKey, CancellationToken.None),
    });

    /// <summary>Row 31: the next number is drawn without holding on to the last.</summary>
    public static Mutant DrawsWithoutTheLast { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        WriteAll = async (inner, table, rows) => table == StorageNames.KeysTable
            ? await inner.TryInsertAsync(table, rows[0], CancellationToken.None).ConfigureAwait(false) is { } etag ? [etag, rows[1].ETag] : null
            : await inner.TryWriteAllAsync(table, rows, CancellationToken.None).ConfigureAwait(false),
    });

    /// <summary>Row 32: an older send of a debounce key takes the newest's row along when it ends.</summary>
    public static Mutant ForgetsTheNewest => ReleasesBlindly;

    /// <summary>Row 33: the newest send of a debounce key is the one that its sender's clock says.</summary>
    public static Mutant DebouncesByTheClock { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        Replace = async (inner, table, row, etag) =>
            row.RowKey == KeyRows.DebounceRow && await FindAsync(inner, table, row).ConfigureAwait(false) is { } stored
            && row.GetInt64(DebounceRows.RankColumn) == stored.GetInt64(DebounceRows.RankColumn) + 1
                ? "older"
                : await inner.TryReplaceAsync(table, row, etag, CancellationToken.None).ConfigureAwait(false),
    });

    /// <summary>Row 34: a send leaves no note.</summary>
    public static Mutant LeavesNoNote { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        Insert = (inner, table, row) => table == StorageNames.ControlTable && row.PartitionKey.StartsWith("sends-", StringComparison.Ordinal)
            ? ValueTask.FromResult<string?>(null)
            : inner.TryInsertAsync(table, row, CancellationToken.None),
    });

    /// <summary>Row 38: a send goes on with what holds its key although that has expired.</summary>
    public static Mutant GoesOnWithTheExpired { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        // Only a sender ends a task without a claim.
        Insert = (inner, table, row) => row.FindString("state") == nameof(TaskState.Expired) && !row.Values.ContainsKey("attemptId")
            ? ValueTask.FromResult<string?>(null)
            : inner.TryInsertAsync(table, row, CancellationToken.None),
    });

    /// <summary>Row 39: what the sweep did not see waiting has ended.</summary>
    public static Mutant TakesTheUnseenForEnded { get; } = Of((tables, consumer) => new AlteredTables(tables)
    {
        FindRow = async (inner, table, partitionKey, rowKey) => await inner.FindAsync(table, partitionKey, rowKey, CancellationToken.None).ConfigureAwait(false)
            ?? (consumer.IsMaintaining && TaskKeys.IsControl(rowKey) ? Ended(partitionKey, rowKey) : null),
    });

    private static TableRow Ended(string partitionKey, string rowKey) => new(partitionKey, rowKey, new Dictionary<string, object>
    {
        ["state"] = nameof(TaskState.Succeeded),
        ["endedAt"] = DateTimeOffset.UnixEpoch,
    });

    private static Mutant Of(Func<ITableStore, ModelConsumer, ITableStore> tables) => new() { Tables = tables };

    private static bool IsTicket(TableRow row) => row.Values.ContainsKey("ticketState");

    private static ValueTask<TableRow?> FindAsync(ITableStore tables, string table, TableRow row) =>
        tables.FindAsync(table, row.PartitionKey, row.RowKey, CancellationToken.None);

    private sealed class BlindRemoval(ITableStore tables) : ITaskEffect
    {
        public async ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken)
        {
            var (partition, row) = envelope switch
            {
                { UniqueKey: { } key } => (KeyRows.Unique(envelope.Task, key), KeyRows.UniqueRow),
                { DebounceKey: { } key } => (KeyRows.Debounce(envelope.Task, key), KeyRows.DebounceRow),
                _ => ("", ""),
            };
            if (row.Length > 0 && await tables.FindAsync(StorageNames.KeysTable, partition, row, cancellationToken).ConfigureAwait(false) is { } found)
            {
                _ = await tables.TryDeleteAsync(StorageNames.KeysTable, partition, row, found.ETag, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
