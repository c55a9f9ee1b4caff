using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Combining;
using Celerity.Stages.Planning;
using Celerity.Stages.Slices;
using Celerity.Stages.Watching;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.TestKit.Storage;
using Celerity.Tests.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Stages;

/// <summary>
/// A stage over storage in memory, with what the orchestration and the queue trigger would do around it. A worker is a set of services of
/// its own; killing one leaves nothing but the storage.
/// </summary>
internal sealed class StageSimulation
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);
    private static readonly string[] Lanes = [StorageNames.ChunksQueue, StorageNames.BulkQueue];

    private readonly StageOptions _options;
    private readonly Func<SumStage> _stage;
    private readonly DatasetSource _source;

    /// <summary>Makes one, with storage of its own or on that of another, whose workers run both.</summary>
    public StageSimulation(byte[] dataset, DatasetSource source, StageOptions? options = null, Func<SumStage>? stage = null, StageSimulation? beside = null)
    {
        Time = beside?.Time ?? new WaitingTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _options = options ?? new StageOptions { ChunksPerSlice = 3, ChunksPerPage = 6, MaxInFlightChunks = 6 };
        _stage = stage ?? (() => new SumStage { OnChunk = number => Poison?.Invoke(number) });
        _source = source;
        Storage = beside?.Storage ?? new InMemoryStorage(Time);
        if (source is { ChunkSource: null, Records: null })
        {
            Storage.Blobs.Create(source.Container);
            Put(source.Prefix is null ? source.Blob : source.Prefix + "0", dataset);
        }

        Key = new StageKey(RunKey.NewId(Time), 1, 1);
        var run = new RunRecord { Id = Key.Run, Pipeline = "p", State = RunState.Running, Request = "null", CreatedAt = Time.GetUtcNow() };
        new RunStore(Storage.Tables, new KnownRuns(TimeProvider.System)).TryInsertAsync(run, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    public void Put(string name, byte[] content) =>
        ((IBlobStore)Storage.Blobs).WriteAsync(_source.Container, name, content, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public WaitingTime Time { get; }

    public InMemoryStorage Storage { get; }

    /// <summary>Gets how many messages there are, of the first chunks and of the bulk.</summary>
    public int MessageCount => Lanes.Sum(Storage.Queues.Count);

    public StageKey Key { get; private set; }

    public StagePlan? Plan { get; private set; }

    /// <summary>Gets what configuration sets, by full key.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>Gets or sets what is added to the services of each worker.</summary>
    public Action<IServiceCollection> Configure { get; set; } = _ => { };

    /// <summary>Gets or sets what is called with the first number of each chunk, whoever runs it.</summary>
    public Action<int>? Poison { get; set; }

    /// <summary>Gets how often the stage's event was raised.</summary>
    public int Signals { get; private set; }

    /// <summary>Makes the services of one worker process.</summary>
    public ServiceProvider Worker(FaultPlan? plan = null, Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton(Storage);
        services.AddInMemoryCelerityStorage();
        services.AddCelerityFaults(plan ?? new FaultPlan());
        services.AddCelerityStages();
        services.UseCelerityTaskSettings(new ConfigurationBuilder().AddInMemoryCollection(Settings).Build(), longestTimeLimit: null);
        services.GetOrAddInstance<TaskRegistry>().Stages.Add(typeof(SumStage));
        services.AddSingleton(_options);
        services.AddSingleton<IStageRunner>(new StageRunner<SumStage.Totals, SumStage.Totals>(nameof(SumStage), _stage()));
        Configure(services);
        configure?.Invoke(services);
        StageMutation.Apply(services);
        return services.BuildServiceProvider();
    }

    public Task<StagePlan> PlanAsync(IServiceProvider worker) => PlanAsync(worker, 1, nameof(SumStage), _source);

    /// <summary>Plans any stage; it is the one that the other steps are about from then on.</summary>
    public async Task<StagePlan> PlanAsync(IServiceProvider worker, int stage, string name, DatasetSource source)
    {
        Key = Key with { Stage = stage };
        var request = new PlanRequest(Key, name, source, new Tolerance { FailedChunkShare = 1, RejectedRecordShare = 1 }, null);
        var step = await worker.GetRequiredService<StagePlanner>().StepAsync(request, CancellationToken.None);
        while (step.Cursor is not null || step.Takeover is not null)
        {
            request = request with { Cursor = step.Cursor, Takeover = step.Takeover };
            step = await worker.GetRequiredService<StagePlanner>().StepAsync(request, CancellationToken.None);
        }

        Assert.Null(step.Fault);
        return Plan = step.Plan!;
    }

    public Task PublishAsync(IServiceProvider worker) =>
        worker.GetRequiredService<SlicePublisher>().PublishWindowAsync(Plan!, CancellationToken.None).AsTask();

    /// <summary>Receives one message and runs it as the queue trigger does; deletes it when the pass returns.</summary>
    /// <returns><see langword="false"/> where the queue is empty.</returns>
    public async Task<bool> DeliverOneAsync(IServiceProvider worker, bool settle = true)
    {
        foreach (var lane in Lanes)
        {
            if (await DeliverOneAsync(worker, lane, settle))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same of one queue.</summary>
    public async Task<bool> DeliverOneAsync(IServiceProvider worker, string queue, bool settle = true)
    {
        IQueueStore queues = Storage.Queues;
        var items = await queues.ReceiveAsync(queue, 1, Lease, CancellationToken.None);
        if (items.Count == 0)
        {
            return false;
        }

        await worker.GetRequiredService<SliceExecutor>().RunAsync(items[0], new Signal(this), CancellationToken.None);
        if (settle)
        {
            await queues.TryDeleteAsync(queue, items[0], CancellationToken.None);
        }

        return true;
    }

    /// <summary>Ends every lease, as if its time had run out.</summary>
    public void LoseLeases()
    {
        foreach (var lane in Lanes)
        {
            Storage.Queues.LoseLeases(lane);
        }
    }

    /// <summary>Delivers until the queue is empty, waiting for what is delayed.</summary>
    public async Task DrainAsync(IServiceProvider worker)
    {
        do
        {
            while (await DeliverOneAsync(worker))
            {
            }

            Time.Advance(TimeSpan.FromMinutes(5));
        }
        while (MessageCount > 0);
    }

    public Task<WatchStep> WatchAsync(IServiceProvider worker, WatchState? state = null) =>
        worker.GetRequiredService<StageWatch>().StepAsync(new WatchRequest(Plan!, state ?? WatchState.Start, ByEvent: false), CancellationToken.None).AsTask();

    public async Task<StageEnd> CombineAsync(IServiceProvider worker)
    {
        var step = new CombineStep { Next = new CombineRequest(Plan!, 0, null) };
        while (step.Next is { } next)
        {
            step = await worker.GetRequiredService<StageCombiner>().StepAsync(next, CancellationToken.None);
        }

        Assert.Null(step.Fault);
        return step.End!;
    }

    /// <summary>Ends the run as it is, whatever its slices are at.</summary>
    public Task EndAsync(IServiceProvider worker, StageFault? fault = null) =>
        worker.GetRequiredService<RunLifecycle>().FinishAsync(Key.Run, Key.Generation, "null", fault, CancellationToken.None).AsTask();

    /// <summary>Starts the run again and begins its next generation. Asked again by the same command, it is the same.</summary>
    public async Task<RunGeneration> RestartAsync(IServiceProvider worker, RunRestart restart, string command = "again")
    {
        var generation = await worker.GetRequiredService<RunRestarts>()
            .RestartAsync(Key.Run, restart, command, new ActionNote("ann", "it is mended"), CancellationToken.None);
        await BeginAsync(worker);
        return generation;
    }

    /// <summary>Begins the generation that the run is at.</summary>
    public async Task BeginAsync(IServiceProvider worker)
    {
        var run = await worker.GetRequiredService<RunStore>().FindAsync(Key.Run, CancellationToken.None);
        Key = Key with { Generation = run!.Generation };
        Assert.True(await worker.GetRequiredService<RunLifecycle>().TryBeginAsync(Key.Run, Key.Generation, CancellationToken.None));
    }

    /// <summary>Runs the whole stage undisturbed.</summary>
    public async Task<StageEnd> RunAsync(FaultPlan? plan = null)
    {
        var worker = Worker(plan);
        await PlanAsync(worker);
        await PublishAsync(worker);
        await DrainAsync(worker);
        Assert.Equal(WatchFinding.Complete, (await WatchAsync(worker)).Found);
        return await CombineAsync(worker);
    }

    internal sealed class Signal(StageSimulation simulation) : IStageSignal
    {
        public ValueTask RaiseAsync(StageKey key, CancellationToken cancellationToken)
        {
            simulation.Signals++;
            return ValueTask.CompletedTask;
        }
    }
}
