using System.Globalization;
using System.Runtime.CompilerServices;
using Celerity.Maintenance;
using Celerity.Storage;

namespace Celerity.Revocation;

/// <summary>Revocations in the control table: one row each, in the order of their times, only ever inserted and, much later, deleted.</summary>
internal sealed class RevocationStore(ITableStore tables, TimeProvider time) : IMaintenanceStep
{
    /// <summary>How long a rule is kept: longer than any task waits.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromDays(400);

    private const string Partition = "revocations";
    private const int DeletedAtOnce = 100;

    public async ValueTask AddAsync(RevocationRule rule, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, object> { ["target"] = rule.Target.ToString(), ["value"] = rule.Value, ["at"] = rule.At };

        // A new key each time: a refusal is our own row, whose reply was lost.
        _ = await tables.TryInsertAsync(
            StorageNames.ControlTable, new TableRow(Partition, $"{KeyAt(rule.At)}-{Guid.NewGuid():N}", values), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the rules from a time on; all of them where it is <see langword="null"/>.</summary>
    public async IAsyncEnumerable<RevocationRule> ListAsync(DateTimeOffset? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new TableQuery(Partition) { RowKeyFrom = from is { } at ? KeyAt(at) : null };
        await foreach (var row in tables.QueryAsync(StorageNames.ControlTable, query, cancellationToken).ConfigureAwait(false))
        {
            yield return new RevocationRule(
                Enum.Parse<RevocationTarget>(row.FindString("target")!), row.FindString("value")!, row.FindTime("at")!.Value);
        }
    }

    /// <summary>Deletes rules that no task can outwait, so many at once at most.</summary>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var query = new TableQuery(Partition) { RowKeyBefore = KeyAt(time.GetUtcNow() - KeepFor), Limit = DeletedAtOnce, Select = ["at"] };
        await tables.DeleteAsync(StorageNames.ControlTable, query, cancellationToken).ConfigureAwait(false);
    }

    private static string KeyAt(DateTimeOffset at) => at.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);
}
