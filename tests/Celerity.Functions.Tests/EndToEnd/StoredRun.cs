using System.Globalization;
using Azure.Data.Tables;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>What the storage keeps of a run, in words that are the same for every run that ended as it should.</summary>
internal static class StoredRun
{
    /// <summary>
    /// Tells of each chunk of a generation how it ended and how often it counts in the result, of each page what the root says, and the dead letters of the run.
    /// </summary>
    public static async Task<string> DescribeAsync(string connectionString, string run, int generation)
    {
        var partitions = TableClient.CreateQueryFilter($"PartitionKey ge {$"{run}:{generation}:"} and PartitionKey lt {$"{run}:{generation};"}");
        var rows = await QueryAsync(connectionString, "CelerityLedger", partitions);
        var root = rows.Where(row => row.PartitionKey.EndsWith(":root", StringComparison.Ordinal))
            .Select(row => $"page {row.RowKey}: {row["chunks"]} chunks, {row["dead"]} dead, {row["records"]} records, {row["rejected"]} rejected, of generation {row["generation"]}");
        var dead = (await QueryAsync(connectionString, "CelerityDeadLetters", TableClient.CreateQueryFilter($"run eq {run}")))
            .Select(row => $"dead letter {(row.GetString("kind") == "task" ? "of a task" : row.GetString("id").Replace(run, "", StringComparison.Ordinal))}: {row["category"]} {row["reason"]}, {row["state"]} {row.GetString("replayedAs")?.Replace(run, "", StringComparison.Ordinal)}, replay {row["replays"]}");
        return string.Join('\n', Chunks([.. rows.Where(row => char.IsAsciiDigit(row.PartitionKey[^1]))]).Concat(root.Order()).Concat(dead.Order()));
    }

    private static IEnumerable<string> Chunks(IReadOnlyList<TableEntity> rows)
    {
        var counted = rows.SelectMany(row => Enumerable.Range(NumberOf(row), row.GetInt32("span")!.Value).Select(chunk => (StageOf(row), chunk))).ToLookup(chunk => chunk);
        return rows.OrderBy(StageOf, StringComparer.Ordinal).ThenBy(NumberOf).Select(row =>
            $"chunk {NumberOf(row)}: {row["records"]} records, {row["rejected"]} rejected, {row.GetString("category") ?? "well"}, counted {counted[(StageOf(row), NumberOf(row))].Count()}");
    }

    private static string StageOf(TableEntity row) => row.PartitionKey.Split(':')[2];

    private static int NumberOf(TableEntity row) => int.Parse(row.RowKey, CultureInfo.InvariantCulture);

    private static async Task<List<TableEntity>> QueryAsync(string connectionString, string table, string filter) =>
        await new TableClient(connectionString, table).QueryAsync<TableEntity>(filter).ToListAsync();
}
