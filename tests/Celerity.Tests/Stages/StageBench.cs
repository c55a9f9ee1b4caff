using System.Text;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Outputs;
using Celerity.Stages.Planning;
using Celerity.Stages.Records;
using Celerity.Stages.Slices;
using Celerity.Stages.Sources;
using Celerity.Stages.Sources.KeyRanges;
using Celerity.Storage;
using Celerity.TestKit.Storage;

namespace Celerity.Tests.Stages;

/// <summary>A dataset in memory and what plans and reads it.</summary>
internal sealed class StageBench
{
    private readonly StageOptions _options;
    private readonly Manifest _manifest;
    private readonly StagePlanner _planner;
    private readonly RunGate _gate;

    public StageBench(byte[] dataset, StageOptions? options = null, TimeProvider? time = null, params ChunkSourceEntry[] sources)
    {
        Sources = new ChunkSources(sources);
        _options = options ?? new StageOptions();
        Storage.Blobs.Create("data");
        Put("set", dataset);
        _manifest = new Manifest(Storage.Blobs);
        var registry = new StageRegistry(
        [
            new StageRunner<SumStage.Totals, SumStage.Totals>(nameof(SumStage), new SumStage()),
            new StageRunner<List<double>, List<double>>(nameof(ListStage), new ListStage()),
        ]);
        var clock = time ?? TimeProvider.System;
        var opening = new SourceOpening(Storage.Blobs, new StagedDatasets(Storage.Blobs, _options), new BlobList(Storage.Blobs), new OutputList(Storage.Blobs), Sources);
        var runs = new RunStore(Storage.Tables, new KnownRuns(clock));
        _gate = new RunGate(runs, clock);

        // A first generation has nothing to take over.
        var takeover = new StageTakeover(runs, null!, Storage.Tables, null!, Storage.Blobs, null!, _options, clock);
        var window = new StageWindow(Storage.Queues, _options);
        _planner = new StagePlanner(opening, _manifest, runs, _gate, registry, takeover, new StagePaces(Storage.Tables, clock), window, _options, clock);
    }

    public ChunkSources Sources { get; }

    public InMemoryStorage Storage { get; } = new();

    public StageKey Key { get; } = new(RunKey.NewId(TimeProvider.System), 1, 1);

    public void Put(string name, byte[] content) =>
        ((IBlobStore)Storage.Blobs).WriteAsync("data", name, content, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public static byte[] Csv(string text) => Encoding.UTF8.GetBytes(text);

    public static DatasetSource Source(int chunkSize = 3) => new() { Container = "data", Blob = "set", ChunkSize = chunkSize };

    /// <summary>Plans a stage over a dataset: of <see cref="SumStage"/>, which needs a column <c>n</c>, or of one that needs none.</summary>
    public async Task<PlanStep> PlanAsync(DatasetSource source, string stage = nameof(SumStage), Action? meanwhile = null)
    {
        var request = new PlanRequest(Key, stage, source, Tolerance.Default, null);
        var step = await _planner.StepAsync(request, CancellationToken.None);
        while (step.Cursor is { } cursor)
        {
            meanwhile?.Invoke();
            step = await _planner.StepAsync(request with { Cursor = cursor }, CancellationToken.None);
        }

        return step;
    }

    /// <summary>Reads every chunk of a plan on its own, as its slice would: the records' first fields and the rejects.</summary>
    public async Task<IReadOnlyList<(List<string> Records, IReadOnlyList<RejectedRecord> Rejects)>> ReadAllAsync(
        StagePlan plan, Func<ChunkReader, string>? read = null)
    {
        var chunks = new List<(List<string>, IReadOnlyList<RejectedRecord>)>();
        for (var slice = 0; slice < plan.Layout.SliceCount; slice++)
        {
            var message = await MakeAsync(plan, slice);
            await using var content = new SliceContent(Storage.Blobs, new SlicePlaces(new BlobList(Storage.Blobs), new OutputList(Storage.Blobs), message), Sources, message);
            await content.TryPrefetchAsync(message.First, message.Last, CancellationToken.None);
            for (var chunk = message.First; chunk <= message.Last; chunk++)
            {
                chunks.Add(Read(plan, await content.GetAsync(chunk, CancellationToken.None), read ?? (reader => reader.GetText(0).ToString())));
            }
        }

        return chunks;
    }

    /// <summary>Makes the message of a slice.</summary>
    public ValueTask<SliceMessage> MakeAsync(StagePlan plan, int slice) =>
        new SlicePublisher(Storage.Queues, Storage.Tables, _gate, _manifest, _options).MakeAsync(plan, slice, again: false, CancellationToken.None);

    /// <summary>Reads one chunk of a plan whose slices hold one each.</summary>
    public async Task<(List<string> Records, IReadOnlyList<RejectedRecord> Rejects)> ReadAsync(StagePlan plan, int chunk)
    {
        var message = await MakeAsync(plan, chunk);
        await using var content = new SliceContent(Storage.Blobs, new SlicePlaces(new BlobList(Storage.Blobs), new OutputList(Storage.Blobs), message), Sources, message);
        return Read(plan, await content.GetAsync(chunk, CancellationToken.None), reader => reader.GetText(0).ToString());
    }

    private static (List<string> Records, IReadOnlyList<RejectedRecord> Rejects) Read(
        StagePlan plan, ChunkContent content, Func<ChunkReader, string> read)
    {
        using var reader = ChunkReader.Open(plan.Source, plan.Columns, content, CancellationToken.None);
        var records = new List<string>();
        while (reader.Read())
        {
            records.Add(read(reader));
        }

        return (records, reader.Rejects);
    }
}
