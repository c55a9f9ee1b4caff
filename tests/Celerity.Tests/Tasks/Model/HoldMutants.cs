using Celerity.Controls;

namespace Celerity.Tests.Tasks.Model;

/// <summary>One mutant for each rule of what is held and let go.</summary>
internal static class HoldMutants
{
    private static readonly string Refill = $"{nameof(ControlKind.Refill)}:";

    /// <summary>Row 40: one look through what is held counts, whoever still holds.</summary>
    public static Mutant LooksOnce { get; } = new()
    {
        // Written long ago, so that all must have seen it.
        Tables = (tables, _) => new AlteredTables(tables)
        {
            Query = (inner, table, query) => inner.QueryAsync(table, query, CancellationToken.None).Select(row => row.RowKey.StartsWith(Refill, StringComparison.Ordinal)
                ? row with { Values = new Dictionary<string, object>(row.Values) { ["at"] = row.FindTime("at")!.Value.AddHours(-1) } }
                : row),
        },
    };

    /// <summary>Row 41: a resume does not write down that there is something to look through.</summary>
    public static Mutant ResumesWithoutALook { get; } = new()
    {
        Tables = (tables, _) => new AlteredTables(tables)
        {
            WriteAll = (inner, table, rows) => inner.TryWriteAllAsync(
                table, [.. rows.Where(row => !row.RowKey.StartsWith(Refill, StringComparison.Ordinal))], CancellationToken.None),
        },
    };
}
