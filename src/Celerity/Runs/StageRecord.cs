using System.Security.Cryptography;
using System.Text;
using Celerity.Stages;
using Celerity.Stages.Outputs;
using Celerity.Stages.Planning;
using Celerity.Storage;

namespace Celerity.Runs;

/// <summary>A stage's row: what it was planned as. It never changes.</summary>
internal sealed record StageRecord
{
    private const int MaxColumnBytes = 60_000;

    public required StageKey Key { get; init; }

    /// <summary>Gets the stage type's name.</summary>
    public required string Name { get; init; }

    public required StageLayout Layout { get; init; }

    /// <summary>Gets how many records the plan counted; 0 where it cut by bytes.</summary>
    public required long Records { get; init; }

    /// <summary>Gets how many slices are published ahead.</summary>
    public required int Window { get; init; }

    /// <summary>Gets what is read: the dataset, or the copy that was made of it.</summary>
    public required DatasetSource Source { get; init; }

    /// <summary>Gets a hash of the dataset as the pipeline asked for it.</summary>
    public required string Asked { get; init; }

    /// <summary>Gets the version of the dataset, its length and its columns.</summary>
    public required DatasetFacts Facts { get; init; }

    /// <summary>Gets the generation that cut the dataset, whose manifest it is.</summary>
    public required int PlannedIn { get; init; }

    /// <summary>Gets when it was planned; <see langword="null"/> where an earlier version did.</summary>
    public DateTimeOffset? PlannedAt { get; init; }

    /// <summary>Gets the slices to run, where not all are; a bit each.</summary>
    public byte[]? Slices { get; init; }

    /// <summary>Gets whether chunks were taken over, so that a slice that comes for the first time may have chunks that have ended.</summary>
    public bool IsTakenOver => Slices is not null;

    /// <summary>Gets the slices to run, in order.</summary>
    public SliceOrder Order => field ??= Slices is null ? SliceOrder.All(Layout) : SliceOrder.Read(Slices);

    /// <summary>Gets the stage whose manifest it is.</summary>
    public StageKey ManifestKey => Key with { Generation = PlannedIn };

    /// <summary>The hash of a dataset as it was asked for, and of the form in which the stage writes: under another one nothing is taken over.</summary>
    public static string HashOf(DatasetSource asked, OutputForm? form) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CelerityJson.Write(OutputName.WithoutGeneration(asked)) + form?.Mark)));

    public static StageRecord Of(StagePlan plan, DatasetSource asked, OutputForm? form) => new()
    {
        Key = plan.Key,
        Name = plan.Name,
        Layout = plan.Layout,
        Records = plan.Records,
        Window = plan.Window,
        Source = plan.Source,
        Asked = HashOf(asked, form),
        Facts = new DatasetFacts(plan.ETag, plan.Length, plan.Columns),
        PlannedIn = plan.Key.Generation,
    };

    public static StageRecord From(string run, TableRow row)
    {
        var generation = row.GetInt32("generation");
        return new StageRecord
        {
            Key = new StageKey(run, generation, row.GetInt32("stage")),
            Name = row.FindString("name")!,
            Layout = new StageLayout(row.GetInt32("chunks"), row.GetInt32("chunksPerSlice"), row.GetInt32("chunksPerPage")),
            Records = row.GetInt64("records"),
            Window = row.GetInt32("window"),
            Source = CelerityJson.Read<DatasetSource>(row.FindString("source")!),
            Asked = row.FindString("asked") ?? "",
            Facts = row.FindString("facts") is { } facts ? CelerityJson.Read<DatasetFacts>(facts) : DatasetFacts.Unknown,
            PlannedIn = row.GetInt32("plannedIn") is > 0 and var plannedIn ? plannedIn : generation,
            PlannedAt = row.FindTime("plannedAt"),
            Slices = ReadSlices(row),
        };
    }

    public TableRow ToRow()
    {
        var key = RunKey.For(Key.Run);
        var values = new Dictionary<string, object>
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
            ["asked"] = Asked,
            ["facts"] = CelerityJson.Write(Facts),
            ["plannedIn"] = PlannedIn,
        };
        values.AddIfPresent("plannedAt", PlannedAt);
        foreach (var (part, bytes) in (Slices ?? []).Chunk(MaxColumnBytes).Index())
        {
            values[$"slices{part}"] = bytes;
        }

        return new TableRow(key.Partition, key.StageRow(Key.Generation, Key.Stage), values);
    }

    private static byte[]? ReadSlices(TableRow row)
    {
        var slices = new List<byte>();
        for (var part = 0; row.FindBytes($"slices{part}") is { } bytes; part++)
        {
            slices.AddRange(bytes);
        }

        return slices.Count == 0 ? null : [.. slices];
    }
}
