using Celerity.Circuits;
using Celerity.Holding;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Combining;
using Celerity.Stages.Watching;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Stages;

/// <summary>A stage of chunks of one record, 1 to the last, with limits; workers that take its messages in turn, its watch and maintenance each minute.</summary>
internal sealed class LimitedStage
{
    public const string Held = StorageNames.ChunksQueue + StorageNames.HeldSuffix;

    public static readonly ActionNote Note = new("ann", "a test");

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly int _chunks;
    private readonly DateTimeOffset _start;
    private IServiceProvider[] _workers;
    private WatchState _watched = WatchState.Start;
    private DateTimeOffset _nextMinute;

    public LimitedStage(int chunks, StageOptions? options = null, FaultPlan? plan = null, params (string Key, string Value)[] settings)
    {
        _chunks = chunks;
        var csv = StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, chunks).Select(number => $"{number}\n")));
        Simulation = new StageSimulation(csv, StageBench.Source(1), options ?? new StageOptions { ChunksPerSlice = 3, ChunksPerPage = 6, MaxInFlightChunks = 6 })
        {
            Poison = number =>
            {
                Starts.Add((Number: number, At: Simulation!.Time.GetUtcNow()));
                OnStart?.Invoke(number);
            },
        };
        foreach (var (key, value) in settings)
        {
            Simulation.Settings[key] = value;
        }

        _start = Simulation.Time.GetUtcNow();
        _nextMinute = _start + Minute;
        _workers = [Simulation.Worker(plan), Simulation.Worker(plan)];
    }

    public StageSimulation Simulation { get; }

    public IServiceProvider Worker => _workers[0];

    /// <summary>Gets every start of a chunk, by its number.</summary>
    public List<(int Number, DateTimeOffset At)> Starts { get; } = [];

    /// <summary>Gets or sets what a chunk does once it has started.</summary>
    public Action<int>? OnStart { get; set; }

    public TimeSpan Elapsed => Simulation.Time.GetUtcNow() - _start;

    public int Waiting => Simulation.Storage.Queues.Count(StorageNames.ChunksQueue);

    public int HeldCount => Simulation.Storage.Queues.Count(Held);

    public IAppControl Control => Worker.GetRequiredService<IAppControl>();

    public ICircuits Circuits => Worker.GetRequiredService<ICircuits>();

    public async Task BeginAsync()
    {
        await Simulation.PlanAsync(Worker);
        await Simulation.PublishAsync(Worker);
    }

    /// <summary>Gets by how many the worst time span went beyond burst and rate.</summary>
    public double Excess(double perSecond, int burst)
    {
        var (worst, lowest, count) = (0.0, double.MaxValue, 0);
        foreach (var at in Starts.Select(start => (start.At - _start).TotalSeconds).Order())
        {
            lowest = Math.Min(lowest, count - (perSecond * at));
            count++;
            worst = Math.Max(worst, count - (perSecond * at) - lowest - burst);
        }

        return worst;
    }

    /// <summary>Delivers what there is, in turn, until nothing can be received now.</summary>
    public async Task DeliverAsync(int most = int.MaxValue)
    {
        for (var turn = 0; turn < most && await Simulation.DeliverOneAsync(_workers[turn % _workers.Length]); turn++)
        {
            await TendAsync();
        }
    }

    /// <summary>All workers deliver at once what there is, until nothing can be received now.</summary>
    public Task DeliverTogetherAsync() => Simulation.Time.RunAsync(_workers.Select<IServiceProvider, Func<Task>>(worker => async () =>
    {
        while (await Simulation.DeliverOneAsync(worker))
        {
        }
    }));

    /// <summary>Time passes; the watch and maintenance take their turns.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var until = Simulation.Time.GetUtcNow() + time; Simulation.Time.GetUtcNow() < until;)
        {
            Simulation.Time.Advance(TimeSpan.FromSeconds(1));
            await TendAsync();
            await DeliverAsync();
        }
    }

    /// <summary>Looks at the stage as its orchestration does, and remembers it.</summary>
    public async Task WatchAsync() => _watched = (await Simulation.WatchAsync(Worker, _watched)).State;

    /// <summary>Goes on until the stage has ended.</summary>
    public async Task<StageEnd> EndAsync(TimeSpan? most = null, bool together = false)
    {
        for (var until = Elapsed + (most ?? TimeSpan.FromHours(12)); Elapsed < until;)
        {
            await (together ? DeliverTogetherAsync() : DeliverAsync());
            if ((await Simulation.WatchAsync(Worker, _watched)) is { Found: WatchFinding.Complete })
            {
                return await Simulation.CombineAsync(Worker);
            }

            await PassAsync(TimeSpan.FromSeconds(1));
        }

        throw Xunit.Sdk.FailException.ForFailure($"The stage has not ended after {Elapsed}: {Waiting} messages wait, {HeldCount} are held.");
    }

    /// <summary>What was broken off comes again, to processes that know nothing.</summary>
    public void Restart()
    {
        _workers = [Simulation.Worker(), Simulation.Worker()];
        Simulation.Storage.Queues.LoseLeases(StorageNames.ChunksQueue);
        Simulation.Storage.Queues.LoseLeases(Held);
    }

    public void AssertWhole(StageEnd end)
    {
        Assert.Equal(0, end.FailedChunks);
        Assert.Equal(_chunks, end.Records);
        Assert.Contains($"\"sum\":{(long)_chunks * (_chunks + 1) / 2},", end.Result, StringComparison.OrdinalIgnoreCase);
    }

    private async Task TendAsync()
    {
        if (Simulation.Time.GetUtcNow() < _nextMinute)
        {
            return;
        }

        _nextMinute = Simulation.Time.GetUtcNow() + Minute;
        await WatchAsync();
        await Worker.GetRequiredService<HeldQueues>().RunAsync(CancellationToken.None);
        await Worker.GetRequiredService<RunSuspensions>().RunAsync(CancellationToken.None);
        await Worker.GetRequiredService<CircuitProbing>().RunAsync(CancellationToken.None);
    }
}
