using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Combining;
using Celerity.Stages.Slices;
using Celerity.Stages.Watching;
using Celerity.Storage;
using Celerity.Tests.DeadLetters;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Stages.Interleaving;

/// <summary>What the schedule may do next.</summary>
public enum Move
{
    StepFirst,
    StepSecond,
    StepWatch,
    BeginWatch,
    KillFirst,
    KillSecond,
    LoseLeases,
    Duplicate,
    Cancel,
}

/// <summary>A stage, two workers that take its messages, and a watchdog beside them, moved call by call.</summary>
internal sealed class TwoWorkers
{
    // Chunk 1 fails for good, chunk 3 fails the first two times that anybody runs it.
    private const int Permanent = 2;
    private const int Transient = 4;

    private readonly StageSimulation _simulation;
    private readonly SteppedActor?[] _workers = new SteppedActor?[2];
    private readonly bool[] _inPass = new bool[2];
    private readonly List<Move> _moves = [];
    private SteppedActor? _watching;
    private WatchState _watched = WatchState.Start;
    private int _transientRuns;
    private bool _cancelSeen;

    public TwoWorkers(int chunks = 5, TimeSpan? republishAfter = null, bool fails = true)
    {
        var options = new StageOptions
        {
            ChunksPerSlice = 2,
            ChunksPerPage = 4,
            MaxInFlightChunks = 2,
            RepublishAfter = republishAfter ?? TimeSpan.Zero,
        };
        var csv = StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, chunks).Select(number => $"{number}\n")));
        _simulation = new StageSimulation(csv, StageBench.Source(1), options, () => new SumStage { OnChunk = number => OnChunk(number, fails) });
    }

    public int Sends => _simulation.Storage.Queues.SentCount;

    public override string ToString() => string.Join(' ', _moves);

    public async Task BeginAsync()
    {
        await using var worker = _simulation.Worker();
        await _simulation.PlanAsync(worker);
        await _simulation.PublishAsync(worker);
        for (var index = 0; index < 2; index++)
        {
            await StartAsync(index);
        }
    }

    public bool IsWorking => _workers.Any(worker => worker is { IsDone: false }) || _watching is not null;

    public bool Can(Move move) => move switch
    {
        Move.StepFirst or Move.KillFirst => _workers[0] is { IsDone: false },
        Move.StepSecond or Move.KillSecond => _workers[1] is { IsDone: false },
        Move.StepWatch => _watching is not null,
        Move.BeginWatch => _watching is null,
        _ => true,
    };

    public async Task MakeAsync(Move move)
    {
        _moves.Add(move);
        switch (move)
        {
            case Move.StepFirst:
                await _workers[0]!.StepAsync();
                break;
            case Move.StepSecond:
                await _workers[1]!.StepAsync();
                break;
            case Move.KillFirst:
                await ReplaceAsync(0);
                break;
            case Move.KillSecond:
                await ReplaceAsync(1);
                break;
            case Move.BeginWatch:
                await BeginWatchAsync();
                break;
            case Move.StepWatch:
                await StepWatchAsync();
                break;
            case Move.LoseLeases:
                _simulation.Storage.Queues.LoseLeases(StorageNames.ChunksQueue);
                break;
            case Move.Duplicate:
                await DuplicateAsync();
                break;
            case Move.Cancel:
                await CancelAsync();
                break;
        }
    }

    /// <summary>Lets everybody come to an end, undisturbed, and waits for what is delayed.</summary>
    public async Task<StageEnd?> EndAsync()
    {
        while (IsWorking)
        {
            foreach (var move in new[] { Move.StepFirst, Move.StepSecond, Move.StepWatch })
            {
                if (Can(move))
                {
                    await MakeAsync(move);
                }
            }
        }

        await using var worker = _simulation.Worker();
        _simulation.Storage.Queues.LoseLeases(StorageNames.ChunksQueue);
        await _simulation.DrainAsync(worker);
        Assert.Equal(0, _simulation.Storage.Queues.Count(StorageNames.ChunksQueue));
        if (_cancelSeen)
        {
            return null;
        }

        var byEvent = new WatchRequest(_simulation.Plan!, WatchState.Start, ByEvent: true);
        var found = (await worker.GetRequiredService<StageWatch>().StepAsync(byEvent, CancellationToken.None)).Found;
        Assert.True(found == WatchFinding.Complete || (await _simulation.WatchAsync(worker)).Found == WatchFinding.Complete, "the stage is not complete");
        Assert.True(_simulation.Signals > 0 || found != WatchFinding.Complete, "the root is full and nobody was told");
        var end = await _simulation.CombineAsync(worker);
        await AssertDeadLettersAsync(end);
        return end;
    }

    private void OnChunk(int number, bool fails)
    {
        Assert.False(_cancelSeen, "a chunk was processed after its worker had seen the run cancelled");
        if (fails && number == Permanent)
        {
            throw new ArgumentException("two is bad");
        }

        if (fails && number == Transient && Interlocked.Increment(ref _transientRuns) <= 2)
        {
            throw new InvalidOperationException("not yet");
        }
    }

    private async Task StartAsync(int index)
    {
        var worker = _simulation.Worker(configure: services => SteppedStorage.Add(services, _simulation.Storage));
        _workers[index] = new SteppedActor(() => WorkAsync(worker, index));
        await _workers[index]!.ReadyAsync();
    }

    private async Task WorkAsync(ServiceProvider worker, int index)
    {
        await using (worker)
        {
            var queues = worker.GetRequiredService<IQueueStore>();
            var executor = worker.GetRequiredService<SliceExecutor>();
            while (await queues.ReceiveAsync(StorageNames.ChunksQueue, 1, TimeSpan.FromMinutes(10), CancellationToken.None) is [var item])
            {
                _inPass[index] = true;
                await executor.RunAsync(item, new StageSimulation.Signal(_simulation), CancellationToken.None);
                await queues.TryDeleteAsync(StorageNames.ChunksQueue, item, CancellationToken.None);
                _inPass[index] = false;
            }
        }
    }

    private async Task ReplaceAsync(int index)
    {
        await _workers[index]!.KillAsync();
        _inPass[index] = false;
        await StartAsync(index);
    }

    private async Task BeginWatchAsync()
    {
        var worker = _simulation.Worker(configure: services => SteppedStorage.Add(services, _simulation.Storage));
        _watching = new SteppedActor(async () =>
        {
            await using (worker)
            {
                _watched = (await _simulation.WatchAsync(worker, _watched)).State;
            }
        });
        await _watching.ReadyAsync();
    }

    private async Task StepWatchAsync()
    {
        await _watching!.StepAsync();
        _watching = _watching.IsDone ? null : _watching;
    }

    private async Task DuplicateAsync()
    {
        if (_simulation.Storage.Queues.Peek(StorageNames.ChunksQueue) is [var item, ..])
        {
            await ((IQueueStore)_simulation.Storage.Queues).SendAsync(StorageNames.ChunksQueue, item.Body, TimeSpan.Zero, CancellationToken.None);
        }
    }

    // Answers about the run may be two seconds old: once the passes under way have ended and that time is over, nothing may run any more.
    private async Task CancelAsync()
    {
        await new RunStore(_simulation.Storage.Tables, new KnownRuns(TimeProvider.System)).ChangeAsync(
            _simulation.Key.Run, run => run with { State = RunState.Cancelling }, CancellationToken.None);
        for (var index = 0; index < 2; index++)
        {
            while (_inPass[index] && _workers[index] is { IsDone: false } worker)
            {
                await worker.StepAsync();
            }
        }

        _simulation.Time.Advance(TimeSpan.FromSeconds(3));
        _cancelSeen = true;
    }

    private async Task AssertDeadLettersAsync(StageEnd end)
    {
        Assert.Equal(end.FailedChunks, (await _simulation.Storage.LettersAsync()).Count);
    }
}
