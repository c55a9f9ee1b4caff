using Celerity.Handover;
using Celerity.Storage;
using Celerity.Wire;

namespace Celerity.Tests.Tasks.Model;

/// <summary>One mutant for each rule of the hand-over that is not a switch of <see cref="Mutant"/>.</summary>
internal static class Mutants
{
    /// <summary>Row 1: a first claim is written over whatever is there.</summary>
    public static Mutant ClaimsBlindly { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        Insert = async (inner, table, row) => await inner.TryInsertAsync(table, row, CancellationToken.None).ConfigureAwait(false)
            ?? (IsClaim(row) ? await OverwriteAsync(inner, table, row).ConfigureAwait(false) : null),
    });

    /// <summary>Row 2: the row is moved to the successor whatever has become of it.</summary>
    public static Mutant MovesBlindly { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        Replace = async (inner, table, row, etag) => await inner.TryReplaceAsync(table, row, etag, CancellationToken.None).ConfigureAwait(false)
            ?? (IsMove(row) ? await OverwriteAsync(inner, table, row).ConfigureAwait(false) : null),
    });

    /// <summary>Row 3: the sender's mark is a write to the row that consumers hold.</summary>
    public static Mutant MarksTheControlRow { get; } = Of((tables, consumer) => new AlteredTables(tables)
    {
        Replace = async (inner, table, row, etag) =>
        {
            if (IsSendRow(row)
                && await inner.FindAsync(table, row.PartitionKey, ControlKeyOf(row), CancellationToken.None).ConfigureAwait(false) is { } control
                && !control.Values.ContainsKey("endedAt"))
            {
                _ = await inner.TryReplaceAsync(table, control, control.ETag, CancellationToken.None).ConfigureAwait(false);
            }

            return await inner.TryReplaceAsync(table, row, etag, CancellationToken.None).ConfigureAwait(false);
        },
    });

    /// <summary>Row 4: a claim does not tell its dequeue count.</summary>
    public static Mutant ForgetsTheClaimsCount { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        Found = row => row.Values.ContainsKey("dequeueCount") ? With(row, "dequeueCount", 0L) : row,
    });

    /// <summary>Row 7: a message that was handed over runs without a claim where there is no row.</summary>
    public static Mutant RunsUnclaimed { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        Insert = (inner, table, row) => IsClaim(row) && row.GetInt32("seq") > 0
            ? ValueTask.FromResult<string?>("none")
            : inner.TryInsertAsync(table, row, CancellationToken.None),
        Replace = (inner, table, row, etag) => etag == "none"
            ? inner.TryInsertAsync(table, row, CancellationToken.None)
            : inner.TryReplaceAsync(table, row, etag, CancellationToken.None),
    });

    /// <summary>Row 8: the reservation lies in the row of the outcome, so that this is never inserted.</summary>
    public static Mutant ReservesTheControlRow { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        Insert = async (inner, table, row) => IsControlRow(row)
            && await inner.FindAsync(table, row.PartitionKey, SendKeyOf(row), CancellationToken.None).ConfigureAwait(false) is not null
                ? null
                : await inner.TryInsertAsync(table, row, CancellationToken.None).ConfigureAwait(false),
    });

    /// <summary>Row 9: a refused outcome is taken for one's own.</summary>
    public static Mutant TakesRefusalsForItsOwn { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        Insert = async (inner, table, row) => await inner.TryInsertAsync(table, row, CancellationToken.None).ConfigureAwait(false)
            ?? (IsEnd(row) ? "mine" : null),
        Replace = async (inner, table, row, etag) => await inner.TryReplaceAsync(table, row, etag, CancellationToken.None).ConfigureAwait(false)
            ?? (IsEnd(row) ? "mine" : null),
    });

    /// <summary>Row 10: the dead-letter record is written before the outcome.</summary>
    public static Mutant KeepsDeadLettersFirst { get; } = Of((tables, consumer) => new AlteredTables(tables)
    {
        Replace = async (inner, table, row, etag) =>
        {
            if (IsEnd(row) && row.FindString("category") is not null)
            {
                var envelope = new TaskEnvelope { Id = row.RowKey[..row.RowKey.IndexOf(':', StringComparison.Ordinal)], Task = row.FindString("task")! };
                await consumer.DeadLetterEffect.ApplyAsync(envelope, "", ControlRow.From(row), CancellationToken.None).ConfigureAwait(false);
            }

            return await inner.TryReplaceAsync(table, row, etag, CancellationToken.None).ConfigureAwait(false);
        },
    });

    /// <summary>Row 13: a claim does not tell whose it is.</summary>
    public static Mutant ForgetsTheAttemptId { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        Found = row => row.Values.ContainsKey("attemptId") ? With(row, "attemptId", "nobody") : row,
    });

    /// <summary>Row 25: a pass that ends without an outcome keeps its claim.</summary>
    public static Mutant KeepsClaims { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        Replace = (inner, table, row, etag) => IsMove(row) && row.FindString("state") == nameof(TaskState.Enqueued)
            ? ValueTask.FromResult<string?>(null)
            : inner.TryReplaceAsync(table, row, etag, CancellationToken.None),
    });

    /// <summary>Row 26: a transaction that is refused is taken for stored.</summary>
    public static Mutant TakesRefusedTransactionsForStored { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        WriteAll = async (inner, table, rows) => await inner.TryWriteAllAsync(table, rows, CancellationToken.None).ConfigureAwait(false)
            ?? [.. rows.Select(_ => "mine")],
    });

    private static Mutant Of(Func<ITableStore, ModelConsumer, ITableStore> tables) => new() { Tables = tables };

    private static bool IsControlRow(TableRow row) => row.Values.ContainsKey("delivery");

    private static bool IsSendRow(TableRow row) => row.Values.ContainsKey("message");

    private static bool IsEnd(TableRow row) => row.Values.ContainsKey("endedAt");

    private static bool IsClaim(TableRow row) => IsControlRow(row) && !IsEnd(row) && row.Values.ContainsKey("attemptId");

    private static bool IsMove(TableRow row) => IsControlRow(row) && !IsEnd(row) && !row.Values.ContainsKey("attemptId");

    private static string ControlKeyOf(TableRow row) => row.RowKey.Replace(":send", ":control", StringComparison.Ordinal);

    private static string SendKeyOf(TableRow row) => row.RowKey.Replace(":control", ":send", StringComparison.Ordinal);

    private static TableRow With(TableRow row, string name, object value) =>
        row with { Values = new Dictionary<string, object>(row.Values) { [name] = value } };

    private static async ValueTask<string?> OverwriteAsync(ITableStore tables, string table, TableRow row) =>
        await tables.FindAsync(table, row.PartitionKey, row.RowKey, CancellationToken.None).ConfigureAwait(false) is { } stored
            ? await tables.TryReplaceAsync(table, row, stored.ETag, CancellationToken.None).ConfigureAwait(false)
            : null;
}
