using Celerity.DeadLetters.Actions;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Combining;
using Celerity.Stages.Watching;
using Celerity.TestKit.Faults;
using Celerity.Tests.DeadLetters;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>
/// A run of one stage over the numbers 1 to 40, two a chunk: 20 chunks, three a slice, six a page. A chunk is named by its first number. Which
/// ones fail, and which were run, is up to the test.
/// </summary>
internal sealed class GenerationBench
{
    public static readonly byte[] Dataset = StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 40).Select(number => $"{number}\n")));

    private FaultPlan? _plan;

    public GenerationBench(byte[]? dataset = null, DatasetSource? source = null)
    {
        Stage = new StageSimulation(
            dataset ?? Dataset,
            source ?? StageBench.Source(2),
            new StageOptions { ChunksPerSlice = 3, ChunksPerPage = 6, MaxInFlightChunks = 6, PlanStep = TimeSpan.Zero },
            () => new SumStage { Retry = ChunkRetry.Default with { MaxAttempts = 1 }, OnChunk = Run });
        Worker = Stage.Worker();
    }

    public StageSimulation Stage { get; }

    /// <summary>Gets the process at work.</summary>
    public ServiceProvider Worker { get; private set; }

    /// <summary>Gets the chunks that fail.</summary>
    public HashSet<int> Bad { get; } = [3, 27];

    /// <summary>Gets the chunks that were run, in the order of their first number.</summary>
    public SortedSet<int> Ran { get; } = [];

    /// <summary>The first generation, undisturbed: 3 and 27 fail, all others end well.</summary>
    public static async Task<GenerationBench> WithFailuresAsync(byte[]? dataset = null, DatasetSource? source = null)
    {
        var bench = new GenerationBench(dataset, source);
        await bench.PlanAndDrainAsync();
        await bench.Stage.EndAsync(bench.Worker);
        bench.Ran.Clear();
        bench.Bad.Clear();
        return bench;
    }

    /// <summary>From now on the plan's fault befalls whoever works; another process goes on.</summary>
    public void Disturb(FaultPlan plan)
    {
        _plan = plan;
        Worker = Stage.Worker(plan);
    }

    /// <summary>Starts the run again and takes its stage to the end.</summary>
    public async Task<StageEnd> RestartAsync(RunRestart restart, string command = "again")
    {
        await TryAsync(worker => Stage.RestartAsync(worker, restart, command));
        return await GoOnAsync();
    }

    /// <summary>Takes the stage of the present generation to its end.</summary>
    public async Task<StageEnd> GoOnAsync()
    {
        await PlanAndDrainAsync();
        if (!Stage.Plan!.IsComplete)
        {
            Assert.Equal(WatchFinding.Complete, (await TryAsync(worker => Stage.WatchAsync(worker))).Found);
        }

        var end = await TryAsync(Stage.CombineAsync);
        await TryAsync(async worker =>
        {
            await Stage.EndAsync(worker);
            return true;
        });
        return end;
    }

    public async Task PlanAndDrainAsync()
    {
        await TryAsync(Stage.PlanAsync);
        await TryAsync(async worker =>
        {
            if (!Stage.Plan!.IsComplete)
            {
                await Stage.PublishAsync(worker);
            }

            return true;
        });
        await TryAsync(async worker =>
        {
            await Stage.DrainAsync(worker);
            return true;
        });
    }

    public async Task<T> TryAsync<T>(Func<IServiceProvider, Task<T>> step)
    {
        try
        {
            return await step(Worker);
        }
        catch (Exception exception) when (_plan is { HasFired: true } plan && (EveryFault.IsPlanned(exception) || exception is AggregateException))
        {
            Worker = plan.IsDead ? Stage.Worker() : Worker;
            Stage.LoseLeases();
            return await step(Worker);
        }
    }

    public async Task<IReadOnlyList<DeadLetter>> LettersAsync() =>
        [.. (await Stage.Worker().GetRequiredService<IDeadLetters>().ListAsync()).Letters.OrderBy(letter => letter.SubjectId, StringComparer.Ordinal)];

    /// <summary>Takes an action on dead letters to its end as its orchestration does.</summary>
    public async Task<DeadLetterAction> FinishAsync(DeadLetterAction action)
    {
        for (var steps = 0; steps < 100; steps++)
        {
            var step = await TryAsync(worker => worker.GetRequiredService<ActionRunner>().StepAsync(action.Id, CancellationToken.None).AsTask());
            if (step.IsOver)
            {
                break;
            }

            Stage.Time.Advance(step.Wait);
        }

        return (await Stage.Worker().GetRequiredService<IDeadLetters>().FindActionAsync(action.Id))!;
    }

    private void Run(int number)
    {
        Ran.Add(number);
        if (Bad.Contains(number))
        {
            throw new ArgumentException($"{number} is bad");
        }
    }
}
