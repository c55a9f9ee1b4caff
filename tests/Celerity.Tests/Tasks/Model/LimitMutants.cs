using System.Text;
using Celerity.Celery;
using Celerity.Circuits;
using Celerity.Controls;
using Celerity.Handover;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Tasks.Model;

/// <summary>One mutant for each rule of limits, circuits, batches and what follows Celery's tasks.</summary>
internal static class LimitMutants
{
    private static readonly string Refill = $"{nameof(ControlKind.Refill)}:";
    private static readonly string Circuit = $"{nameof(ControlKind.Circuit)}:";

    /// <summary>Row 42: a limit's bucket is written over whatever is there.</summary>
    public static Mutant ReservesBlindly { get; } = Of(tables => new AlteredTables(tables)
    {
        Insert = async (inner, table, row) => await inner.TryInsertAsync(table, row, CancellationToken.None).ConfigureAwait(false)
            ?? (table == StorageNames.LimitsTable ? await OverwriteAsync(inner, table, row).ConfigureAwait(false) : null),
        Replace = async (inner, table, row, etag) => await inner.TryReplaceAsync(table, row, etag, CancellationToken.None).ConfigureAwait(false)
            ?? (table == StorageNames.LimitsTable ? await OverwriteAsync(inner, table, row).ConfigureAwait(false) : null),
    });

    /// <summary>Row 44: what is deferred before its claim is sent at the number that it has.</summary>
    public static Mutant DefersAtTheSameNumber { get; } = new()
    {
        Queues = queues => new AlteredQueues(queues, body => MessageCodec.Decode(Encoding.UTF8.GetBytes(body), "none").Tasks is [{ Slots.Count: > 0 } task]
            ? MessageCodec.Encode(task with { Seq = task.Seq - 1 })
            : body),
    };

    /// <summary>Row 45: a slot is given back whosever it is.</summary>
    public static Mutant FreesBlindly { get; } = Of(tables => new AlteredTables(tables)
    {
        Delete = async (inner, table, partitionKey, rowKey, etag) =>
            await inner.TryDeleteAsync(table, partitionKey, rowKey, etag, CancellationToken.None).ConfigureAwait(false)
            || (table == StorageNames.LimitsTable
                && await inner.FindAsync(table, partitionKey, rowKey, CancellationToken.None).ConfigureAwait(false) is { } stored
                && await inner.TryDeleteAsync(table, partitionKey, rowKey, stored.ETag, CancellationToken.None).ConfigureAwait(false)),
    });

    /// <summary>Row 45: a slot is taken until it is given back.</summary>
    public static Mutant HasNoLease { get; } = Of(tables => new AlteredTables(tables)
    {
        Query = (inner, table, query) => inner.QueryAsync(table, query, CancellationToken.None).Select(row => table == StorageNames.LimitsTable
            ? With(row, "until", DateTimeOffset.MaxValue)
            : row),
    });

    /// <summary>Row 46: a circuit closes and does not write down that there is something to look through.</summary>
    public static Mutant ClosesWithoutALook { get; } = Of(tables => new AlteredTables(tables)
    {
        WriteAll = (inner, table, rows) => inner.TryWriteAllAsync(
            table,
            rows.Any(row => row.RowKey.StartsWith(Circuit, StringComparison.Ordinal))
                ? [.. rows.Where(row => !row.RowKey.StartsWith(Refill, StringComparison.Ordinal))]
                : rows,
            CancellationToken.None),
    });

    /// <summary>Row 47: a probe keeps its place until it tells how it ended.</summary>
    public static Mutant ProbesForEver { get; } = Of(tables => new AlteredTables(tables)
    {
        WriteAll = (inner, table, rows) => inner.TryWriteAllAsync(table, [.. rows.Select(Keep)], CancellationToken.None),
    });

    /// <summary>Row 49: what follows a task is sent under a new id each time.</summary>
    public static Mutant FollowsUnderNewIds { get; } = new()
    {
        Services = services =>
        {
            services.Remove(services.Single(service => service.ImplementationType == typeof(CeleryEffect)));
            services.AddScoped<ITaskEffect, RandomFollower>();
        },
    };

    private static Mutant Of(Func<ITableStore, ITableStore> tables) => new() { Tables = (inner, _) => tables(inner) };

    private static TableRow Keep(TableRow row)
    {
        if (!row.RowKey.StartsWith(Circuit, StringComparison.Ordinal))
        {
            return row;
        }

        var note = CelerityJson.Read<CircuitNote>(row.FindString("value")!);
        return With(row, "value", CelerityJson.Write(note with { Probes = [.. note.Probes.Select(probe => probe with { Until = DateTimeOffset.MaxValue })] }));
    }

    private static TableRow With(TableRow row, string name, object value) =>
        row with { Values = new Dictionary<string, object>(row.Values) { [name] = value } };

    private static async ValueTask<string?> OverwriteAsync(ITableStore tables, string table, TableRow row) =>
        await tables.FindAsync(table, row.PartitionKey, row.RowKey, CancellationToken.None).ConfigureAwait(false) is { } stored
            ? await tables.TryReplaceAsync(table, row, stored.ETag, CancellationToken.None).ConfigureAwait(false)
            : null;

    private sealed class RandomFollower(CelerySends sends) : ITaskEffect
    {
        public async ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken)
        {
            if (envelope.Celery is { Chain: [var next] } && ended.State == TaskState.Succeeded)
            {
                var task = CelerySignature.Read(next, ended.Ending!.At) with { Id = $"{Guid.NewGuid():N}" };
                await sends.SendAsync(task, CeleryParent.Of(envelope, ended.Ending), queue, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
