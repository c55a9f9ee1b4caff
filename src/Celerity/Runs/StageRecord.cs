using Celerity.Stages;
using Celerity.Storage;

namespace Celerity.Runs;

/// <summary>A stage's row beside its run: what was planned, for people who watch. The ledger is the truth of what has ended.</summary>
internal sealed record StageRecord
{
    public required StageKey Key { get; init; }

    /// <summary>Gets the stage type's name.</summary>
    public required string Name { get; init; }

    public required StageLayout Layout { get; init; }

    /// <summary>Gets how many records the plan counted; 0 where it cut by bytes.</summary>
    public required long Records { get; init; }

    public static StageRecord From(string run, TableRow row) => new()
    {
        Key = new StageKey(run, row.GetInt32("generation"), row.GetInt32("stage")),
        Name = row.FindString("name")!,
        Layout = new StageLayout(row.GetInt32("chunks"), row.GetInt32("chunksPerSlice"), row.GetInt32("chunksPerPage")),
        Records = row.GetInt64("records"),
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
        });
    }
}
