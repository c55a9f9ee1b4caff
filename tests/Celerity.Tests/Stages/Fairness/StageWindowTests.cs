using Celerity.Stages;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Stages.Fairness;

/// <summary>The window that large stages share.</summary>
public sealed class StageWindowTests
{
    private static readonly StageOptions Options = new()
    {
        ChunksPerSlice = 2,
        ChunksPerPage = 32,
        MaxInFlightChunks = 40,
        MaxInFlightChunksOfAllRuns = 60,
        FirstChunks = 8,
    };

    private static byte[] Dataset => StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 200).Select(number => $"{number}\n")));

    [Fact]
    public async Task Window_ManyLargeStages_IsWhatIsLeftAndNeverNothing()
    {
        var first = new StageSimulation(Dataset, StageBench.Source(1), Options);
        var worker = first.Worker();
        var stages = new List<StageSimulation> { first };
        for (var number = 0; number < 4; number++)
        {
            stages.Add(new StageSimulation(Dataset, StageBench.Source(1), Options, beside: first));
        }

        var windows = new List<int>();
        foreach (var stage in stages)
        {
            windows.Add((await stage.PlanAsync(worker)).Window);
            await stage.PublishAsync(worker);
        }

        // In slices: 20 of which 16 are bulk, then what is left of 30, then the first chunks' 4.
        Assert.Equal([20, 14, 4, 4, 4], windows);
        while (await first.DeliverOneAsync(worker))
        {
        }

        foreach (var stage in stages)
        {
            Assert.Equal(200, (await stage.CombineAsync(worker)).Records);
        }
    }

    [Fact]
    public async Task Window_StageWithItsFirstChunksOnly_AsksForNothing()
    {
        var simulation = new StageSimulation(StageBench.Csv("n\n1\n2\n"), StageBench.Source(1), Options);
        var calls = new TestKit.Faults.FaultPlan();

        Assert.Equal(20, (await simulation.PlanAsync(simulation.Worker(calls))).Window);
        Assert.DoesNotContain(calls.Calls, call => call.Name.StartsWith("queue.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plan_MadeAgainWhenOthersWait_KeepsItsWindow()
    {
        var simulation = new StageSimulation(Dataset, StageBench.Source(1), Options);
        var worker = simulation.Worker();
        var planned = await simulation.PlanAsync(worker);
        var other = new StageSimulation(Dataset, StageBench.Source(1), Options, beside: simulation);
        await other.PlanAsync(worker);
        await other.PublishAsync(worker);

        var again = await simulation.PlanAsync(worker);

        Assert.Equal(planned.Window, again.Window);
        await simulation.PublishAsync(worker);
        while (await simulation.DeliverOneAsync(worker))
        {
        }

        Assert.Equal(200, (await simulation.CombineAsync(worker)).Records);
    }

    [Fact]
    public async Task Publish_FirstAndBulk_GoToTheirQueues()
    {
        var simulation = new StageSimulation(Dataset, StageBench.Source(1), Options);
        var worker = simulation.Worker();
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);

        Assert.Equal([0, 2, 4, 6], FirstsOf(StorageNames.ChunksQueue));
        Assert.Equal([8, 10, 12], FirstsOf(StorageNames.BulkQueue).Take(3));

        IEnumerable<int> FirstsOf(string queue) => simulation.Storage.Queues.Peek(queue).Select(item => SliceMessage.TryDecode(item.Body, out _)!.First).Order();
    }
}
