using Celerity.Stages;
using Celerity.Stages.Planning;
using Celerity.Storage;

namespace Celerity.Runs;

/// <summary>A stage's row beside its run: what was planned, for people who watch and for slices to be held against. The ledger is the truth of what has ended.</summary>
internal sealed record StageRecord
{
    public required StageKey Key { get; init; }

    /// <summary>Gets the stage type's name.</summary>
    public required string Name { get; init; }

    public required StageLayout Layout { get; init; }

    /// <summary>Gets how many records the plan counted; 0 where it cut by bytes.</summary>
    public required long Records { get; init; }

    /// <summary>Gets how many slices are published ahead.</summary>
    public required int Window { get; init; }

    public required DatasetSource Source { get; init; }

    public static StageRecord Of(StagePlan plan) => new()
    {
        Key = plan.Key,
        Name = plan.Name,
        Layout = plan.Layout,
        Records = plan.Records,
        Window = plan.Window,
        Source = plan.Source,
    };

    public static StageRecord From(string run, TableRow row) => new()
    {
        Key = new StageKey(run, row.GetInt32("generation"), row.GetInt32("stage")),
        Name = row.FindString("name")!,
        Layout = new StageLayout(row.GetInt32("chunks"), row.GetInt32("chunksPerSlice"), row.GetInt32("chunksPerPage")),
        Records = row.GetInt64("records"),
        Window = row.GetInt32("window"),
        Source = CelerityJson.Read<DatasetSource>(row.FindString("source")!),
    };

    public TableRow ToRow()
    {
        var key = RunKey.For(Key.Run);
        return new TableRow(key.Partition, key.StageRow(Key.Generation, Key.Stage), new Dictionary<string, object>
        {
            ["generation"] = Key.Generation,
            ["stage"] = Key.Stage,
            ["name"] = Name,
            ["chunks"] = Layout.ChunkCount,
            ["chunksPerSlice"] = Layout.ChunksPerSlice,
            ["chunksPerPage"] = Layout.ChunksPerPage,
            ["records"] = Records,
            ["window"] = Window,
            ["source"] = CelerityJson.Write(Source),
        });
    }
}
