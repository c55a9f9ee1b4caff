using System.Globalization;
using Celerity.Stages;
using Celerity.Stages.Combining;
using Celerity.Stages.Outputs;
using Celerity.Stages.Outputs.Merging;
using Celerity.Stages.Watching;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.DeadLetters;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Stages.Outputs;

/// <summary>
/// A run of two stages over the numbers 1 to 40, two a chunk, of which 11 and 12 are dropped and 17 is none: the first writes them, the second reads them.
/// A chunk is named by its first number. Which ones fail is up to the test.
/// </summary>
internal sealed class OutputBench
{
    public const int DroppedFrom = 11;
    public const int Rejected = 17;

    private readonly DatasetFormat _format;
    private FaultPlan? _plan;

    public OutputBench(DatasetFormat format, int numbers = 40, byte[]? dataset = null)
    {
        _format = format;
        Stage = new StageSimulation(
            dataset ?? StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, numbers).Select(number => number == Rejected ? "oops\n" : $"{number}\n"))),
            StageBench.Source(2),
            Options);
        Worker = Start();
    }

    public StageOptions Options { get; } = new() { ChunksPerSlice = 3, ChunksPerPage = 6, MaxInFlightChunks = 6, PlanStep = TimeSpan.Zero, CombineStep = TimeSpan.Zero };

    public StageSimulation Stage { get; }

    /// <summary>Gets the process at work.</summary>
    public ServiceProvider Worker { get; private set; }

    /// <summary>Gets the chunks that fail, by stage and first number.</summary>
    public HashSet<(int Stage, int Number)> Bad { get; } = [];

    /// <summary>Gets the chunks that were run.</summary>
    public SortedSet<(int Stage, int Number)> Ran { get; } = [];

    /// <summary>Gets or sets the form in which the first stage writes.</summary>
    public DatasetFormat WritesNow { get; set; } = (DatasetFormat)(-1);

    /// <summary>Gets or sets how often workers that start from now on write each record.</summary>
    public int Repeats { get; set; } = 1;

    /// <summary>Gets what the first stage wrote, once it has.</summary>
    public OutputHead? Head { get; private set; }

    /// <summary>What the second stage is to see.</summary>
    public static string Seen(params int[] without) => SeenOf(40, without);

    public static string SeenOf(int numbers, params int[] without) =>
        string.Concat(Enumerable.Range(1, numbers).Except([DroppedFrom, DroppedFrom + 1, Rejected]).Except(without).Select(number => $"{number};"));

    /// <summary>From now on the plan's fault befalls whoever works; another process goes on.</summary>
    public void Disturb(FaultPlan plan)
    {
        _plan = plan;
        Worker = Start(plan);
    }

    /// <summary>Takes both stages of the present generation to their end, and the run unless it is to go on.</summary>
    /// <returns>What the second one saw.</returns>
    public async Task<string> RunAsync(bool ends = true)
    {
        Head = await WriteAsync();
        var end = await StageAsync(2, nameof(ReadBackStage), new DatasetSource { Output = Head.Output, Format = Head.Format, ChunkSize = 3 });
        if (ends)
        {
            await TryAsync(async worker =>
            {
                await Stage.EndAsync(worker);
                return true;
            });
        }

        return CelerityJson.Read<string>(end.Result);
    }

    /// <summary>Takes the first stage to its end.</summary>
    public async Task<OutputHead> WriteAsync()
    {
        await StageAsync(1, nameof(NumberTransform), StageBench.Source(2));
        var step = new ListStep { Next = new ListRequest(Stage.Plan!) };
        while (step.Next is { } next)
        {
            step = await TryAsync(worker => worker.GetRequiredService<OutputLister>().StepAsync(next, CancellationToken.None).AsTask());
        }

        Assert.Null(step.Fault);
        return step.Head!;
    }

    /// <summary>Merges what the first stage wrote into <c>data/merged</c>.</summary>
    public async Task<MergeStep> MergeAsync(string? source = null, string container = "data", string blob = "merged")
    {
        var step = new MergeStep { Next = new MergeCursor(null) };
        MergeCursor? cursor = null;
        while (step.Next is not null)
        {
            var request = new MergeRequest(Stage.Key.Run, Stage.Key.Generation, source ?? Head!.Output, container, blob, cursor);
            step = await TryAsync(worker => worker.GetRequiredService<OutputMerger>().StepAsync(request, CancellationToken.None).AsTask());
            cursor = step.Next;
        }

        return step;
    }

    public Task<byte[]> MergedAsync() => ReadAsync("data", "merged");

    public async Task<byte[]> ReadAsync(string container, string blob)
    {
        await using var stream = await ((IBlobStore)Stage.Storage.Blobs).OpenReadAsync(container, blob, 0, null, null, CancellationToken.None);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    /// <summary>Takes any stage to its end.</summary>
    public async Task<StageEnd> StageAsync(int stage, string name, DatasetSource source)
    {
        await TryAsync(worker => Stage.PlanAsync(worker, stage, name, source));
        if (!Stage.Plan!.IsComplete && Stage.Plan.Layout.ChunkCount > 0)
        {
            await TryAsync(async worker =>
            {
                await Stage.PublishAsync(worker);
                return true;
            });
            await TryAsync(async worker =>
            {
                await Stage.DrainAsync(worker);
                return true;
            });
            Assert.Equal(WatchFinding.Complete, (await TryAsync(worker => Stage.WatchAsync(worker))).Found);
        }

        return await TryAsync(Stage.CombineAsync);
    }

    public async Task<T> TryAsync<T>(Func<IServiceProvider, Task<T>> step)
    {
        try
        {
            return await step(Worker);
        }
        catch (Exception exception) when (_plan is { HasFired: true } plan && (EveryFault.IsPlanned(exception) || exception is AggregateException))
        {
            Worker = plan.IsDead ? Start() : Worker;
            Stage.Storage.Queues.LoseLeases(StorageNames.ChunksQueue);
            return await step(Worker);
        }
    }

    /// <summary>Reads what a stage rejected: its text.</summary>
    public async Task<IReadOnlyList<string>> RejectsAsync()
    {
        var end = await StageAsync(3, nameof(LinesStage), new DatasetSource { Output = Head!.Rejects, Format = DatasetFormat.Ndjson });
        return CelerityJson.Read<IReadOnlyList<string>>(end.Result);
    }

    private ServiceProvider Start(FaultPlan? plan = null) => Stage.Worker(plan, services =>
    {
        var format = WritesNow < 0 ? _format : WritesNow;
        var transform = new NumberTransform { Format = format, Repeats = Repeats, OnChunk = number => Run(1, number), Drops = number => number is DroppedFrom or DroppedFrom + 1 };
        services.AddSingleton<IStageRunner>(new TransformRunner<NumberRecord>(nameof(NumberTransform), transform));
        services.AddSingleton<IStageRunner>(new StageRunner<string, string>(nameof(ReadBackStage), new ReadBackStage(_format) { OnChunk = number => Run(2, number) }));
        services.AddSingleton<IStageRunner>(new StageRunner<IReadOnlyList<string>, IReadOnlyList<string>>(nameof(LinesStage), new LinesStage()));
    });

    private void Run(int stage, int number)
    {
        Ran.Add((stage, number));
        if (Bad.Contains((stage, number)))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{number} is bad"));
        }
    }
}
