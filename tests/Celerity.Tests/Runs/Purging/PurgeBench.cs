using System.Globalization;
using Celerity.DeadLetters;
using Celerity.Runs;
using Celerity.Runs.Purging;
using Celerity.Storage;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Runs.Purging;

/// <summary>A run that has ended, with dead chunks, letters, rejects, large partial results, a key and instances; and what is left of it.</summary>
internal sealed class PurgeBench
{
    public static readonly ActionNote Note = new("ada", "a test");

    private PurgeBench(GenerationBench runs) => Runs = runs;

    public GenerationBench Runs { get; }

    public ListedInstances Instances { get; } = new();

    public string Run => Runs.Stage.Key.Run;

    public ITableStore Tables => Runs.Stage.Storage.Tables;

    /// <summary>A run of two generations: two chunks died in the first, one of them again in the second.</summary>
    public static async Task<PurgeBench> EndedAsync()
    {
        var bench = new PurgeBench(await GenerationBench.WithFailuresAsync(StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 40).Select(number => number == 7 ? "x\n" : $"{number}\n")))));
        bench.Runs.Bad.Add(3);
        await bench.Runs.RestartAsync(RunRestart.Failed);
        var id = await bench.Runs.Worker.GetRequiredService<RunStartKeys>().TakeAsync("p", "monthly", CancellationToken.None);
        await bench.Runs.Worker.GetRequiredService<RunStore>().ChangeAsync(bench.Run, run => run with { IdempotencyKey = "monthly" }, CancellationToken.None);
        foreach (var row in await bench.AllAsync(StorageNames.KeysTable))
        {
            Assert.Equal(id, row.FindString("id"));
            await bench.Tables.TryReplaceAsync(StorageNames.KeysTable, row with { Values = new Dictionary<string, object>(row.Values) { ["id"] = bench.Run } }, row.ETag, CancellationToken.None);
        }

        // What others may add lies below the run's id too.
        IBlobStore blobs = bench.Runs.Stage.Storage.Blobs;
        foreach (var container in StorageNames.Containers)
        {
            bench.Runs.Stage.Storage.Blobs.Create(container);
            await blobs.WriteAsync(container, $"{bench.Run}/g2/s1/added", new byte[1], CancellationToken.None);
        }

        bench.Instances.Ended.UnionWith(new[] { "g1", "g1.p", "g1.s1", "g2", "g2.p", "g2.s1" }.Select(end => $"{bench.Run}.{end}"));
        return bench;
    }

    public RunPurge Purge(IServiceProvider? worker = null) => (worker ?? Runs.Stage.Worker()).GetRequiredService<RunPurge>();

    /// <summary>Maintenance goes on with what is noted, for two hours.</summary>
    public async Task MaintainAsync(int rounds = 12)
    {
        for (var round = 0; round < rounds; round++)
        {
            Runs.Stage.Time.Advance(TimeSpan.FromMinutes(10));
            var worker = Runs.Stage.Worker();
            foreach (var row in (await AllAsync(StorageNames.ControlTable)).Where(row => row.PartitionKey == PurgeNote.All.PartitionKey))
            {
                await Purge(worker).GoOnAsync(PurgeNote.From(row), Instances, CancellationToken.None);
            }
        }
    }

    public async Task<IReadOnlyList<TableRow>> AllAsync(string table) =>
        await Tables.QueryAsync(table, new TableQuery(null), CancellationToken.None).ToListAsync();

    /// <summary>Finds everything that is left of the run, but its audit and what a group tells as its sample.</summary>
    public async Task<IReadOnlyList<string>> LeftAsync()
    {
        var left = new List<string>(Instances.Ended.Concat(Instances.AtWork));
        foreach (var table in StorageNames.Tables)
        {
            left.AddRange((await AllAsync(table))
                .Where(row => !row.RowKey.StartsWith("Audit:", StringComparison.Ordinal) && row.RowKey != "!group" && row.PartitionKey != GroupEntry.Partition
                    && (row.PartitionKey + row.RowKey + string.Join(' ', row.Values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Value}")))).Contains(Run, StringComparison.Ordinal))
                .Select(row => $"{table} {row.PartitionKey} {row.RowKey}"));
            left.AddRange((await AllAsync(table)).Where(row => row.RowKey == "!group" && row.GetInt64("open") + row.GetInt64("replayed") + row.GetInt64("setAside") != 0).Select(row => $"figures {row.PartitionKey}"));
        }

        foreach (var container in StorageNames.Containers)
        {
            left.AddRange(await ((IBlobStore)Runs.Stage.Storage.Blobs).ListAsync(container, "", CancellationToken.None).Select(blob => $"{container} {blob.Name}").ToListAsync());
        }

        return left;
    }
}
