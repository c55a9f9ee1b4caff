using Celerity.Stages;
using Celerity.Stages.Combining;
using Celerity.Stages.Watching;
using Celerity.TestKit.Faults;
using Xunit;

namespace Celerity.Tests.Stages;

/// <summary>A kill, a lost request and a lost reply at every call to storage: the stage ends with the same bytes.</summary>
public sealed class StageCrashTests
{
    private static byte[] Dataset => StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 40).Select(number => number % 17 == 0 ? "oops\n" : $"{number}\n")));

    [Theory]
    [InlineData(256)]
    [InlineData(3)]
    public async Task Stage_AnyFaultAtAnyCall_EndsWithTheSameBytes(int firstChunks)
    {
        // With 3, all slices but the first are bulk, and the window is what is left of that of all runs.
        var options = new StageOptions { ChunksPerSlice = 3, ChunksPerPage = 6, MaxInFlightChunks = 9, MaxInFlightChunksOfAllRuns = 6, FirstChunks = firstChunks };
        var undisturbed = new StageSimulation(Dataset, StageBench.Source(2), options);
        var record = new FaultPlan();
        var expected = await undisturbed.RunAsync(record);
        Assert.Equal(40, expected.Records);
        Assert.Equal(2, expected.Rejected);
        Assert.True(record.Calls.Count > 50, $"{record.Calls.Count} calls");

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var simulation = new StageSimulation(Dataset, StageBench.Source(2), options);

            var end = await RunDisturbedAsync(simulation, plan);

            Assert.True(plan.HasFired, plan.ToString());
            Assert.True(expected == end, $"{plan}: {end}");
            Assert.Equal(0, simulation.MessageCount);
        }
    }

    [Fact]
    public async Task Stage_AnyFaultAtAnyCallWhileChunksFail_EndsWithTheSameBytes()
    {
        StageSimulation Make()
        {
            // Chunk 1 fails for good, chunk 4 fails once in each process that runs it.
            return new StageSimulation(Dataset, StageBench.Source(2), stage: () =>
            {
                var failed = false;
                return new SumStage
                {
                    Retry = ChunkRetry.Default with { MaxAttempts = 3 },
                    OnChunk = number =>
                    {
                        if (number == 3)
                        {
                            throw new ArgumentException("three is bad");
                        }

                        if (number == 9 && !failed)
                        {
                            failed = true;
                            throw new InvalidOperationException("not yet");
                        }
                    },
                };
            });
        }

        var record = new FaultPlan();
        var expected = await Make().RunAsync(record);
        Assert.Equal(1, expected.FailedChunks);

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var simulation = Make();

            var end = await RunDisturbedAsync(simulation, plan);

            Assert.True(expected == end, $"{plan}: {end}");
            Assert.Equal(0, simulation.MessageCount);
        }
    }

    [Fact]
    public async Task Stage_EveryMessageTwiceAndOutOfOrder_EndsWithTheSameBytes()
    {
        var expected = await new StageSimulation(Dataset, StageBench.Source(2)).RunAsync();
        var simulation = new StageSimulation(Dataset, StageBench.Source(2));
        var worker = simulation.Worker();
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        var twin = simulation.Worker();

        // Two receive everything at once, each message twice: left on the queue by the first, then taken by the second.
        for (var round = 0; round < 2; round++)
        {
            while (await simulation.DeliverOneAsync(round == 0 ? worker : twin, settle: false))
            {
            }

            simulation.LoseLeases();
        }

        await simulation.DrainAsync(twin);

        Assert.Equal(expected, await simulation.CombineAsync(worker));
    }

    // Everything is done by a process that dies or stumbles at the plan's call; another one takes up what storage and orchestration remember.
    internal static async Task<StageEnd> RunDisturbedAsync(StageSimulation simulation, FaultPlan plan)
    {
        var worker = simulation.Worker(plan);

        async Task<T> RetryAsync<T>(Func<IServiceProvider, Task<T>> step)
        {
            try
            {
                return await step(worker);
            }
            catch (Exception exception) when (plan.HasFired && exception is ProcessKilledException or InjectedFaultException or AggregateException)
            {
                worker = plan.IsDead ? simulation.Worker() : worker;
                simulation.LoseLeases();
                return await step(worker);
            }
        }

        async Task<bool> DoneAsync(Task step)
        {
            await step;
            return true;
        }

        await RetryAsync(simulation.PlanAsync);
        await RetryAsync(worker => DoneAsync(simulation.PublishAsync(worker)));
        await RetryAsync(worker => DoneAsync(simulation.DrainAsync(worker)));
        var look = await RetryAsync(worker => simulation.WatchAsync(worker));
        Assert.True(look.Found == WatchFinding.Complete, plan.ToString());
        return await RetryAsync(simulation.CombineAsync);
    }
}
