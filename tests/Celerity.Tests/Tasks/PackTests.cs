using System.Text;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks;

/// <summary>Tasks that share a message share requests, and keep lives of their own.</summary>
public sealed class PackTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private readonly TaskSimulation _simulation = new();

    [Theory]
    [InlineData("test.echo", 150, 4)]
    [InlineData("test.result", 150, 2)]
    [InlineData("test.none", 150, 0)]
    public async Task Pack_ThatSucceeds_SharesTransactions(string task, int count, int calls)
    {
        var plan = new FaultPlan();
        await _simulation.DropAsync(Pack(task, count));

        // One by one: else the last transaction is cut in two where one task ends after its neighbours have nothing left to run.
        await _simulation.DrainAsync(_simulation.Worker(plan));

        Assert.Equal(count, _simulation.Script.Runs.Count);
        Assert.Equal(calls, plan.Calls.Count(call => call.Name.EndsWith(StorageNames.TasksTable, StringComparison.Ordinal)));
        Assert.Equal(task == "test.none" ? 0 : count, await CountAsync(count, TaskState.Succeeded));
    }

    [Fact]
    public async Task Pack_WithEveryOutcome_EachItemGoesItsWay()
    {
        _simulation.Script.Run = context => context switch
        {
            { Id: var id, Attempt: 1 } when id == Id(1) => throw new InvalidOperationException("not yet"),
            { Id: var id } when id == Id(2) => TaskOutcome.DeadLetter("never"),
            { Id: var id } when id == Id(3) => TaskOutcome.Discard("nothing to do"),
            { Id: var id } when id == Id(4) && _simulation.Script.Runs.Count(run => run.Id == Id(4)) == 1 => TaskOutcome.Snooze(TimeSpan.FromSeconds(5)),
            _ => TaskOutcome.CompletedWith("done"),
        };
        await _simulation.DropAsync(Pack("test.echo", 6));

        await _simulation.DrainAsync(_simulation.Worker());

        var ends = await Task.WhenAll(Enumerable.Range(0, 6).Select(async at => (await _simulation.FindAsync(Id(at)))!));
        Assert.Equal(
            [TaskState.Succeeded, TaskState.Succeeded, TaskState.DeadLettered, TaskState.Discarded, TaskState.Succeeded, TaskState.Succeeded],
            ends.Select(end => end.State));
        Assert.Equal([1, 2, 1, 1, 1, 1], ends.Select(end => end.Attempt));
        Assert.Equal(Id(2), Assert.Single(await _simulation.DeadLettersAsync()).FindString("id"));
        Assert.All(ends, end => Assert.Equal(0, end.Crashes));
    }

    [Fact]
    public async Task Pack_OneItemHasEndedBefore_TheOthersAreClaimedOneByOne()
    {
        await _simulation.DropAsync(Item("test.echo", Id(1)));
        await _simulation.DrainAsync(_simulation.Worker());
        await _simulation.DropAsync(Pack("test.echo", 4));

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(4, _simulation.Script.Runs.Count);
        Assert.Equal(4, await CountAsync(4, TaskState.Succeeded));
    }

    [Fact]
    public async Task Pack_SameTaskTwice_RunsItOnce()
    {
        await _simulation.DropAsync($$"""{"v":1,"batch":[{{Item("test.echo", Id(0))}},{{Item("test.echo", Id(0))}},{{Item("test.echo", Id(1))}}]}""");

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal([Id(0), Id(1)], _simulation.Script.Runs.Select(run => run.Id).Order());
        Assert.Equal(0, (await _simulation.FindAsync(Id(0)))!.Crashes);
    }

    [Fact]
    public async Task Pack_HandlersThatWait_Overlap()
    {
        var both = new TaskCompletionSource();
        var running = 0;
        _simulation.Script.RunAsync = async (_, cancellationToken) =>
        {
            if (Interlocked.Increment(ref running) == 2)
            {
                both.SetResult();
            }

            await both.Task.WaitAsync(Hang, cancellationToken);
            return TaskOutcome.Completed;
        };
        await _simulation.DropAsync(Pack("test.echo", 2));
        var worker = _simulation.Worker();
        worker.GetRequiredService<WorkerOptions>().PackParallelism = 2;

        await _simulation.DrainAsync(worker);

        Assert.Equal(2, await CountAsync(2, TaskState.Succeeded));
    }

    [Fact]
    public async Task Pack_AppStopsInTheMiddle_TheRestGoesOnAtNoAttempt()
    {
        using var stopping = new CancellationTokenSource();
        _simulation.Script.Run = _ =>
        {
            stopping.Cancel();
            return TaskOutcome.Completed;
        };
        await _simulation.DropAsync(Pack("test.echo", 5));
        var worker = _simulation.Worker();
        var item = (await _simulation.ReceiveAsync())!;

        await TaskSimulation.RunAsync(worker, item, stopping.Token);
        await _simulation.Queues.TryDeleteAsync(TaskSimulation.Queue, item, CancellationToken.None);

        Assert.Single(_simulation.Script.Runs);
        Assert.Equal(4, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
        _simulation.Script.Run = _ => TaskOutcome.Completed;
        await _simulation.DrainAsync(worker);
        Assert.Equal(5, await CountAsync(5, TaskState.Succeeded));
        Assert.All(_simulation.Script.Runs, run => Assert.Equal(1, run.Attempt));
    }

    [Theory]
    [InlineData("test.echo")]
    [InlineData("test.result")]
    public async Task Pack_AnyFaultAtAnyCall_EachItemEndsOnce(string task)
    {
        var record = new FaultPlan();
        var undisturbed = Make();
        await undisturbed.DropAsync(Pack(task, 4));
        await undisturbed.DrainAsync(undisturbed.Worker(record));
        Assert.True(record.Calls.Count > 4);

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var simulation = Make();
            await simulation.DropAsync(Pack(task, 4));
            var worker = simulation.Worker(plan);
            try
            {
                await simulation.DrainAsync(worker);
            }
            catch (Exception exception) when (exception is ProcessKilledException or InjectedFaultException)
            {
                simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
                await simulation.DrainAsync(plan.IsDead ? simulation.Worker(new FaultPlan()) : worker);
            }

            Assert.True(plan.HasFired, plan.ToString());
            for (var at = 0; at < 4; at++)
            {
                var row = await simulation.FindAsync(Id(at));
                var expected = at == 2 ? TaskState.DeadLettered : TaskState.Succeeded;
                Assert.True(row?.State == expected, $"{plan}: {at} is {row?.State}");
                Assert.True(plan.IsDead || row!.Crashes == 0, $"{plan} counted as a crash of {at}");
            }

            Assert.Single(await simulation.DeadLettersAsync());
        }
    }

    [Fact]
    public async Task Pack_WithLargeResults_FitsItsTransactions()
    {
        _simulation.Script.Run = _ => TaskOutcome.CompletedWith(new string('ä', 9000));
        await _simulation.DropAsync(Pack("test.result", 120));

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(120, await CountAsync(120, TaskState.Succeeded));
    }

    private static TaskSimulation Make()
    {
        var simulation = new TaskSimulation();
        simulation.Script.Run = context => context switch
        {
            { Id: var id, Attempt: 1 } when id == Id(1) => throw new InvalidOperationException("not yet"),
            { Id: var id } when id == Id(2) => TaskOutcome.DeadLetter("never"),
            _ => TaskOutcome.CompletedWith("done"),
        };
        return simulation;
    }

    // Ids of one pack lie in one partition.
    private static string Id(int at) => $"019f0000-0000-7000-8000-0000000{at:D3}00";

    private static string Item(string task, string id) => $$"""{"id":"{{id}}","task":"{{task}}","payload":{"text":"hi"} }""";

    private static string Pack(string task, int count)
    {
        var items = Enumerable.Range(0, count).Select(at => Item(task, Id(at)));
        var pack = $$"""{"v":1,"batch":[{{string.Join(',', items)}}]}""";
        Assert.True(Encoding.UTF8.GetByteCount(pack) <= QueueLimits.MessageBytes);
        return pack;
    }

    private async Task<int> CountAsync(int count, TaskState state)
    {
        var found = 0;
        for (var at = 0; at < count; at++)
        {
            found += (await _simulation.FindAsync(Id(at)))?.State == state ? 1 : 0;
        }

        return found;
    }
}
