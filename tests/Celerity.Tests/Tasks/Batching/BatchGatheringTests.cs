using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks.Batching;

/// <summary>What makes a batch: tasks of one process, from messages and from packs, until it is full or has waited.</summary>
public sealed class BatchGatheringTests
{
    private readonly BatchSimulation _simulation = new();

    private BatchScript Script => _simulation.Script;

    [Fact]
    public async Task Messages_AsManyAsABatch_AreOneCallAtOnce()
    {
        await _simulation.DropAsync("abc");

        await BatchSimulation.EndAsync(await _simulation.DeliverAllAsync(_simulation.Worker()));

        Assert.Equal(["a b c"], Script.Calls);
        Assert.All("abc", id => Assert.Equal($"\"{id}\"", _simulation.RowAsync(id).Result.Ending!.Result));
    }

    [Fact]
    public async Task Messages_FewerThanABatch_WaitAsLongAsTheFirstMay()
    {
        await _simulation.DropAsync("a");
        var worker = _simulation.Worker();
        var gathers = _simulation.Tasks.Time.WhenTimerOf(BatchSimulation.Wait);
        var deliveries = await _simulation.DeliverAllAsync(worker);
        await gathers.WaitAsync(BatchSimulation.Hang);
        _simulation.Tasks.Time.Advance(BatchSimulation.Wait - TimeSpan.FromSeconds(1));
        await _simulation.DropAsync("b");
        deliveries.AddRange(await _simulation.DeliverAllAsync(worker));
        Assert.Empty(Script.Calls);

        _simulation.Tasks.Time.Advance(TimeSpan.FromSeconds(1));
        await BatchSimulation.EndAsync(deliveries);

        Assert.Equal(["a b"], Script.Calls);
    }

    [Fact]
    public async Task Timer_ThatFiresWhenItsBatchIsGone_BeginsNoOther()
    {
        var worker = _simulation.Worker();
        await _simulation.DropAsync("abc");
        await BatchSimulation.EndAsync(await _simulation.DeliverAllAsync(worker));
        await _simulation.DropAsync("d");
        var deliveries = await _simulation.DeliverAllAsync(worker);

        _simulation.Tasks.Time.FiresOf(BatchSimulation.Wait)[0]();
        await _simulation.DropAsync("ef");
        deliveries.AddRange(await _simulation.DeliverAllAsync(worker));
        await BatchSimulation.EndAsync(deliveries);

        Assert.Equal(["a b c", "d e f"], Script.Calls);
    }

    [Fact]
    public async Task Messages_MoreThanABatch_TheRestIsABatchOfItsOwn()
    {
        await _simulation.DropAsync("abcd");

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(2, Script.Calls.Count);
        Assert.Equal([TaskState.Succeeded, TaskState.Succeeded, TaskState.Succeeded, TaskState.Succeeded], await _simulation.StatesAsync("abcd"));
    }

    [Fact]
    public async Task Pack_WhereStorageFailsForOne_IsNotGivenUpWhileAnotherWaits()
    {
        var plan = new FaultPlan(new SeamCall(0, "queue.Send celerity-default", 1), FaultKind.LostRequest);
        Script.Each = item => item.Task.Text == "a" ? TaskOutcome.Retry() : item.Task.Text;
        var worker = _simulation.Worker(plan);
        await _simulation.DropAsync("x");
        var single = await _simulation.DeliverAllAsync(worker);
        await _simulation.DropPackAsync("abc");
        var pack = (await _simulation.DeliverAllAsync(worker)).Single();
        while (!plan.HasFired)
        {
            await Task.Yield();
        }

        await BatchSimulation.EndAsync(single);
        for (var turn = 0; turn < 10_000; turn++)
        {
            await Task.Yield();
        }

        Assert.False(pack.IsCompleted);
        _simulation.Tasks.Time.Advance(BatchSimulation.Wait);
        await Assert.ThrowsAsync<InjectedFaultException>(() => pack.WaitAsync(BatchSimulation.Hang));
        Assert.Equal(["a b x", "c"], Script.Calls);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Pack_WhateverItsParallelism_FillsBatches(int parallelism)
    {
        await _simulation.DropPackAsync("abcdef");

        await BatchSimulation.EndAsync(await _simulation.DeliverAllAsync(Parallel(parallelism)));

        Assert.Equal([5, 5], Script.Calls.Select(call => call.Length));
        Assert.All(await _simulation.StatesAsync("abcdef"), state => Assert.Equal(TaskState.Succeeded, state));
    }

    [Fact]
    public async Task Pack_OfMoreThanBatches_TheRestWaitsForOthers()
    {
        await _simulation.DropPackAsync("abcdefg");
        var deliveries = await _simulation.DeliverAllAsync(Parallel(1));
        while (_simulation.Tasks.Time.FiresOf(BatchSimulation.Wait).Count < 3)
        {
            await Task.Yield();
        }

        Assert.Equal(["a b c", "d e f"], Script.Calls);
        _simulation.Tasks.Time.Advance(BatchSimulation.Wait);
        await BatchSimulation.EndAsync(deliveries);

        Assert.Equal(["a b c", "d e f", "g"], Script.Calls);
    }

    [Fact]
    public async Task Pack_WithPlainTasks_RunsBoth()
    {
        await _simulation.Tasks.DropAsync(
            $$"""{"batch":[{{BatchSimulation.Message('a')}},{"id":"p","task":"test.echo","payload":{"text":"p"} },{{BatchSimulation.Message('b')}}]}""");

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(["a b"], Script.Calls);
        Assert.Equal([TaskState.Succeeded, TaskState.Succeeded, TaskState.Succeeded], await _simulation.StatesAsync("abp"));
    }

    private IServiceProvider Parallel(int parallelism) =>
        _simulation.Worker(configure: services => services.AddSingleton(new WorkerOptions { PackParallelism = parallelism }));
}
