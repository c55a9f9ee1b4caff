using System.Globalization;
using Celerity.Maintenance;
using Celerity.Storage;

namespace Celerity.Controls;

/// <summary>Who changed what, when and why. Records lie beside the board, so that a change and its record are stored together.</summary>
internal sealed class AuditLog(ITableStore tables, TimeProvider time) : IMaintenanceStep
{
    /// <summary>How long a record is kept.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromDays(400);

    public const int MaxPage = 200;

    // Sorts before the kinds of the board, which is read without it.
    private const string Prefix = "Audit:";
    private const string AfterAll = "Audit;";
    private const int DeletedAtOnce = 100;
    private const int MaxWhoChars = 200;
    private const int MaxWhyChars = 1000;
    private const int MaxDetailsChars = 10_000;

    /// <summary>Makes the row of a record.</summary>
    public TableRow NewRow(string what, string target, ActionNote note, string? details = null) =>
        NewRow(what, target, note, time.GetUtcNow(), Guid.NewGuid().ToString("N"), details);

    private static TableRow NewRow(string what, string target, ActionNote note, DateTimeOffset now, string id, string? details)
    {
        var values = new Dictionary<string, object>
        {
            ["at"] = now,
            ["who"] = note.Who.AtMost(MaxWhoChars),
            ["what"] = what,
            ["target"] = target,
            ["why"] = note.Why.AtMost(MaxWhyChars),
        };
        values.AddIfPresent("details", details?.AtMost(MaxDetailsChars));
        return new TableRow(ControlEntry.Partition, $"{Prefix}{Countdown(now)}-{id}", values);
    }

    /// <summary>Records what is stored elsewhere, or nowhere.</summary>
    public async ValueTask AddAsync(string what, string target, ActionNote note, CancellationToken cancellationToken, string? details = null) =>
        _ = await tables.TryInsertAsync(StorageNames.ControlTable, NewRow(what, target, note, details), cancellationToken).ConfigureAwait(false);

    /// <summary>Records what is stored elsewhere, once however often it is told: the record's key is the time and the id of what was done.</summary>
    public async ValueTask AddOnceAsync(
        string what, string target, ActionNote note, DateTimeOffset at, string id, string? details, CancellationToken cancellationToken) =>
        _ = await tables.TryInsertAsync(StorageNames.ControlTable, NewRow(what, target, note, at, id, details), cancellationToken).ConfigureAwait(false);

    /// <summary>Reads a page, the newest first, in one request.</summary>
    /// <exception cref="CelerityException">CEL0308: the limit is out of its range.</exception>
    public async ValueTask<AuditPage> ListAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MaxPage)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"limit is {limit}; it must be 1 to {MaxPage}.");
        }

        var query = new TableQuery(ControlEntry.Partition)
        {
            RowKeyFrom = after is null ? Prefix : $"{Prefix}{TableKeys.Escape(after)}!",
            RowKeyBefore = AfterAll,
            Limit = limit + 1,
        };
        var records = new List<AuditRecord>();
        await foreach (var row in tables.QueryAsync(StorageNames.ControlTable, query, cancellationToken).ConfigureAwait(false))
        {
            records.Add(Read(row));
        }

        return records.Count > limit ? new AuditPage(records[..limit], records[limit - 1].Id) : new AuditPage(records, null);
    }

    /// <summary>Deletes what is older than is kept, so many at once at most.</summary>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var query = new TableQuery(ControlEntry.Partition)
        {
            RowKeyFrom = Prefix + Countdown(time.GetUtcNow() - KeepFor),
            RowKeyBefore = AfterAll,
            Limit = DeletedAtOnce,
            Select = ["at"],
        };
        await tables.DeleteAsync(StorageNames.ControlTable, query, cancellationToken).ConfigureAwait(false);
    }

    private static AuditRecord Read(TableRow row) => new(
        row.RowKey[Prefix.Length..],
        row.FindTime("at")!.Value,
        row.FindString("who")!,
        row.FindString("what")!,
        row.FindString("target")!,
        row.FindString("why")!,
        row.FindString("details"));

    private static string Countdown(DateTimeOffset at) => (DateTimeOffset.MaxValue.Ticks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);
}
