using Celerity.Compositions;
using Celerity.Controls;
using Celerity.Holding;
using Celerity.Runs;
using Celerity.Storage;
using Celerity.Tests.DeadLetters;
using Celerity.Tests.Groups;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Compositions;

/// <summary>A suspended run begins no task that it waits for, and all of them run once it is resumed.</summary>
public sealed class AwaitSuspensionTests
{
    private const string Held = TaskSimulation.Queue + StorageNames.HeldSuffix;

    private static readonly ActionNote Note = new("ada", "the bank is closed");

    private readonly AwaitBench _bench = new();
    private readonly List<int> _ran = [];

    public AwaitSuspensionTests() => _bench.Script.Child = number =>
    {
        _ran.Add(number);
        return TaskOutcome.CompletedWith(number * 10);
    };

    [Fact]
    public async Task Suspended_TasksThatWait_AreHeldAtNoAttempt_AndRunOnceItIsResumed()
    {
        await _bench.BeginAsync();
        var sent = (await _bench.StepAsync(_bench.RequestOf(new ChildTask(1), new ChildTask(2))))!.Next!;
        await Control(_bench).SuspendAsync(_bench.Run, Note);

        await _bench.DeliverAsync();

        Assert.Empty(_ran);
        Assert.Equal(1, _bench.Simulation.Storage.Queues.Count(Held));
        Assert.Equal(TimeSpan.FromMinutes(1), (await _bench.StepAsync(sent))!.Wait);

        await Control(_bench).ResumeAsync(_bench.Run, Note);
        Assert.Equal(0, _bench.Simulation.Storage.Queues.Count(Held));
        Assert.Equal("[10,20]", (await _bench.AwaitAsync(sent)).Result!.Value.GetRawText());
        Assert.Equal([1, 2], _ran);
    }

    [Fact]
    public async Task Suspended_WhileAChainRuns_HoldsItsNextLink()
    {
        await _bench.BeginAsync();
        var links = new List<string>();
        _bench.Script.Link = link =>
        {
            links.Add(link.Title);
            _bench.Simulation.Time.Advance(ControlBoard.MaxAge);
            _ = link.Title == "a" && Control(_bench).SuspendAsync(_bench.Run, Note).GetAwaiter().GetResult();
            return TaskOutcome.CompletedWith(1);
        };
        var sent = (await _bench.StepAsync(_bench.RequestOf(new TaskChain([new LinkTask("a"), new LinkTask("b")]))))!.Next!;

        await _bench.DeliverAsync();

        Assert.Equal(["a"], links);
        Assert.Equal(1, _bench.Simulation.Storage.Queues.Count(Held));
        await Control(_bench).ResumeAsync(_bench.Run, Note);
        _ = await _bench.AwaitAsync(sent);
        Assert.Equal(["a", "b"], links);
    }

    [Fact]
    public async Task Suspended_BetweenTwoSteps_BeginsNothing()
    {
        await _bench.BeginAsync();
        var request = _bench.RequestOf(new ChildTask(1));
        await Control(_bench).SuspendAsync(_bench.Run, Note);

        var step = (await _bench.StepAsync(request))!;
        var run = (await _bench.StepAsync(new AwaitRequest(_bench.Key with { Number = 2 }) { Run = new AwaitedRun(_bench.Run, "p", "null") }))!;

        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)), (step.Wait, run.Wait));
        Assert.Equal((0, 0, false), (_bench.Simulation.Storage.Queues.Count(TaskSimulation.Queue), step.Next!.Tasks!.Sent, run.Next!.Run!.IsBegun));

        await Control(_bench).ResumeAsync(_bench.Run, Note);
        Assert.Equal("[10]", (await _bench.AwaitAsync(step.Next)).Result!.Value.GetRawText());
    }

    [Fact]
    public async Task Suspended_WhatUndoes_GoesOn()
    {
        await _bench.BeginAsync();
        await Control(_bench).SuspendAsync(_bench.Run, Note);

        _ = await _bench.AwaitAsync(_bench.RequestOf(new ChildTask(1)) with { Insists = true });

        Assert.Equal([1], _ran);
    }

    [Fact]
    public async Task Cancel_OfASuspendedRun_NothingOfItStaysHeld()
    {
        await _bench.BeginAsync();
        _ = await _bench.StepAsync(_bench.RequestOf(new ChildTask(1)));
        await Control(_bench).SuspendAsync(_bench.Run, Note);
        await _bench.DeliverAsync();
        await _bench.SetAsync(RunState.Cancelled);

        await MaintainAsync(_bench, TimeSpan.FromMinutes(1));
        await _bench.DeliverAsync();

        Assert.Empty(_ran);
        Assert.Equal((0, 0), (_bench.Simulation.Storage.Queues.Count(Held), _bench.Simulation.Storage.Queues.Count(TaskSimulation.Queue)));
    }

    [Fact]
    public async Task NextGeneration_OfARunThatWasSuspended_RunsWhatWasHeld()
    {
        await _bench.BeginAsync();
        var tasks = new object[] { new ChildTask(1) };
        _ = await _bench.StepAsync(_bench.RequestOf(tasks));
        await Control(_bench).SuspendAsync(_bench.Run, Note);
        await _bench.DeliverAsync();
        await _bench.RestartAsync(ended: RunState.Cancelled);

        await MaintainAsync(_bench, TimeSpan.FromMinutes(1));
        _bench.Simulation.Time.Advance(ControlBoard.MaxAge);

        Assert.Equal("[10]", (await _bench.AwaitAsync(_bench.RequestOf(tasks))).Result!.Value.GetRawText());
        Assert.Equal([1], _ran);
    }

    [Fact]
    public async Task SuspendAndResume_AnyFaultAtAnyCall_EachTaskRunsOnce()
    {
        var played = await EveryFault.PlayAsync(async plan =>
        {
            var bench = new AwaitBench(plan);
            await bench.BeginAsync();
            var request = bench.RequestOf(new ChildTask(1), new TaskChain([new LinkTask("a"), new LinkTask("b")]));
            AwaitStep? step = null;
            await UntilDoneAsync(bench, async () => step = await bench.StepAsync(request), () => step is not null);
            await UntilDoneAsync(bench, () => Control(bench).SuspendAsync(bench.Run, Note), () => true);
            await bench.DeliverAsync();

            // Where the resume is stored, the app sees to the rest by itself.
            await UntilDoneAsync(bench, () => Control(bench).ResumeAsync(bench.Run, Note), () => IsResumed(bench));
            await MaintainAsync(bench, TimeSpan.FromMinutes(1));

            var outcome = await bench.AwaitAsync(step!.Next!);

            Assert.Equal("[10,2]", outcome.Result!.Value.GetRawText());
            await MaintainAsync(bench, TimeSpan.FromMinutes(5));
            await bench.DeliverAsync();
            Assert.Equal(0, bench.Simulation.Storage.Queues.Count(Held));
        });

        Assert.True(played > 60, $"{played} faults");
    }

    // What the planned fault befalls is asked for again until it is done.
    private static async Task UntilDoneAsync(AwaitBench bench, Func<Task> work, Func<bool> isDone)
    {
        var hasReturned = false;
        while (!hasReturned || !isDone())
        {
            await bench.TryAsync(async () =>
            {
                await work();
                hasReturned = true;
            });
            hasReturned |= isDone() && bench.Plan.HasFired;
        }
    }

    private static bool IsResumed(AwaitBench bench) => !new ControlStore(bench.Simulation.Storage.Tables, bench.Simulation.Time)
        .ListAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult()
        .Any(entry => entry.Kind == ControlKind.SuspendRun && entry.Read<PauseNote>().IsPaused);

    private static async Task MaintainAsync(AwaitBench bench, TimeSpan later)
    {
        for (var minute = 0; minute < later.TotalMinutes; minute++)
        {
            bench.Simulation.Time.Advance(TimeSpan.FromMinutes(1));
            await bench.TryAsync(async () =>
            {
                await bench.Worker.GetRequiredService<RunSuspensions>().RunAsync(CancellationToken.None);
                await bench.Worker.GetRequiredService<HeldQueues>().RunAsync(CancellationToken.None);
            });
        }
    }

    private static RunSuspensions Control(AwaitBench bench) => bench.Worker.GetRequiredService<RunSuspensions>();
}
