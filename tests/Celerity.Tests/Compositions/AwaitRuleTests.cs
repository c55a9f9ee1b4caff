using Celerity.Compositions;
using Celerity.Controls;
using Celerity.Runs;
using Celerity.Tests.Groups;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Compositions;

/// <summary>The rules of <c>docs/workflows.md</c>, each by the shortest case that breaks without it.</summary>
public sealed class AwaitRuleTests
{
    private readonly AwaitBench _bench = new();
    private readonly List<int> _ran = [];

    public AwaitRuleTests() => _bench.Script.Child = number =>
    {
        _ran.Add(number);
        return number < 0 ? TaskOutcome.DeadLetter("no") : TaskOutcome.CompletedWith(number * 10);
    };

    [Fact]
    public async Task NextGeneration_SameTaskAtTheSamePlace_IsTakenOver_AnotherIsNot()
    {
        await _bench.BeginAsync();
        _ = await _bench.AwaitAsync(_bench.RequestOf(new ChildTask(1), new ChildTask(2), new ChildTask(-3)));
        await _bench.RestartAsync();
        _ran.Clear();

        var outcome = await _bench.AwaitAsync(_bench.RequestOf(new ChildTask(1), new ChildTask(4), new ChildTask(-3), new ChildTask(2)));

        Assert.Equal([-3, 2, 4], _ran.Order());
        Assert.Equal("[10,40,null,20]", outcome.Result!.Value.GetRawText());
    }

    [Fact]
    public async Task FailedTask_IsNotedInItsRun_OfThatGenerationAlone_AndNothingIsWrittenWithoutOne()
    {
        await _bench.BeginAsync();
        var begun = (await _bench.Runs.FindAsync(_bench.Run, CancellationToken.None))!;
        _ = await _bench.AwaitAsync(_bench.RequestOf(new ChildTask(1)));
        Assert.Equal(begun.ETag, (await _bench.Runs.FindAsync(_bench.Run, CancellationToken.None))!.ETag);

        var failing = _bench.RequestOf(new ChildTask(-2));
        _ = await _bench.AwaitAsync(failing with { Key = failing.Key with { Number = 2 } });
        var noted = (await _bench.Runs.FindAsync(_bench.Run, CancellationToken.None))!;
        _ = await _bench.AwaitAsync(failing with { Key = failing.Key with { Number = 3 } });
        Assert.Equal((true, noted.ETag), (noted.HasFailedTasks, (await _bench.Runs.FindAsync(_bench.Run, CancellationToken.None))!.ETag));

        await _bench.RestartAsync(ended: RunState.SucceededWithErrors);
        Assert.False((await _bench.Runs.FindAsync(_bench.Run, CancellationToken.None))!.HasFailedTasks);
        await _bench.Runs.NoteErrorsAsync(_bench.Run, generation: 1, run => run with { HasFailedTasks = true }, CancellationToken.None);
        Assert.False((await _bench.Runs.FindAsync(_bench.Run, CancellationToken.None))!.HasFailedTasks);
    }

    [Fact]
    public async Task NextGeneration_TaskThatHadNotEnded_KeepsItsIdAndRunsOnce()
    {
        await _bench.BeginAsync();
        _ = await _bench.StepAsync(_bench.RequestOf(new ChildTask(1)));
        await _bench.RestartAsync(ended: RunState.Cancelled);

        var outcome = await _bench.AwaitAsync(_bench.RequestOf(new ChildTask(1)));

        Assert.Equal([1], _ran);
        Assert.Equal("[10]", outcome.Result!.Value.GetRawText());
    }

    // Its successor tells the group of the generation before, and the message of this one is an orphan.
    [Fact]
    public async Task NextGeneration_TaskThatIsPutBack_IsLookedAfter()
    {
        await _bench.BeginAsync();
        var run = _bench.Script.Child;
        _bench.Script.Child = number => _ran.Count == 0 && run(number) is not null ? TaskOutcome.Snooze(TimeSpan.FromMinutes(5)) : run(number);
        _ = await _bench.StepAsync(_bench.RequestOf(new ChildTask(1)));
        await _bench.Simulation.DeliverOneAsync(_bench.Worker);
        await _bench.RestartAsync(ended: RunState.Cancelled);

        var outcome = await _bench.AwaitAsync(_bench.RequestOf(new ChildTask(1)));

        Assert.Equal([1, 1], _ran);
        Assert.Equal("[10]", outcome.Result!.Value.GetRawText());
    }

    // The reply to a step is lost, and what it took over fails before it is made again.
    [Fact]
    public async Task NextGeneration_StepIsMadeAgain_DecidesAsItWasDecided()
    {
        await _bench.BeginAsync();
        _ = await _bench.StepAsync(_bench.RequestOf(new ChildTask(-3)));
        await _bench.RestartAsync(ended: RunState.Cancelled);
        _ = await _bench.StepAsync(_bench.RequestOf(new ChildTask(-3)));
        await _bench.DeliverAsync();

        var outcome = await _bench.AwaitAsync(_bench.RequestOf(new ChildTask(-3)));
        await _bench.DeliverAsync();

        Assert.Equal([-3], _ran);
        Assert.Equal(1, outcome.Failed);
    }

    [Fact]
    public async Task NextGeneration_FromTheBeginning_TakesNothingOver()
    {
        await _bench.BeginAsync();
        _ = await _bench.AwaitAsync(_bench.RequestOf(new ChildTask(1)));
        await _bench.RestartAsync(new RunRestart(RestartKind.Stage, Stage: 1));

        _ = await _bench.AwaitAsync(_bench.RequestOf(new ChildTask(1)));

        Assert.Equal([1, 1], _ran);
    }

    [Fact]
    public async Task NextGeneration_FromAStageOn_TakesOverWhatCameBeforeIt_FailuresIncluded()
    {
        await _bench.BeginAsync();
        _ = await _bench.AwaitAsync(_bench.RequestOf(new ChildTask(-1)));
        await _bench.RestartAsync(new RunRestart(RestartKind.Stage, Stage: 2));

        var before = _bench.RequestOf(new ChildTask(-1));
        Assert.Equal(1, (await _bench.AwaitAsync(before with { Key = before.Key with { Stage = 1 } })).Failed);

        Assert.Equal([-1], _ran);
    }

    [Fact]
    public async Task Cancelled_WaitingTasksAreRevoked_AndTheWaitEnds()
    {
        await _bench.BeginAsync();
        var step = await _bench.StepAsync(_bench.RequestOf(new ChildTask(1)));
        await _bench.SetAsync(RunState.Cancelling);
        _bench.Simulation.Time.Advance(RunGate.Freshness);

        await _bench.DeliverAsync();

        Assert.Empty(_ran);
        Assert.Equal(ErrorCodes.RunCancelled, (await _bench.StepAsync(step!.Next!))!.Outcome!.Fault!.Code);
    }

    [Fact]
    public async Task Cancelled_WhatUndoesRunsAllTheSame()
    {
        await _bench.BeginAsync();
        await _bench.SetAsync(RunState.Cancelling);

        var outcome = await _bench.AwaitAsync(_bench.RequestOf(new ChildTask(1)) with { Insists = true });

        Assert.Null(outcome.Fault);
        Assert.Equal([1], _ran);
    }

    // A worker that has just seen the run ended must not drop what its next generation sends.
    [Fact]
    public async Task NextGeneration_WorkerHasSeenTheRunEnded_RunsWhatItSends()
    {
        await _bench.BeginAsync();
        _ = await _bench.StepAsync(_bench.RequestOf(new ChildTask(-1), new ChildTask(5)));
        await _bench.SetAsync(RunState.Cancelled);
        _bench.Simulation.Time.Advance(RunGate.Freshness);
        await _bench.DeliverAsync();
        Assert.Empty(_ran);
        await _bench.RestartAsync(ended: RunState.Cancelled);

        var outcome = await _bench.AwaitAsync(_bench.RequestOf(new ChildTask(5)) with { Key = _bench.Key with { Number = 2 } });

        Assert.Equal("[50]", outcome.Result!.Value.GetRawText());
    }

    [Fact]
    public async Task Tasks_AreListedByTheirRun_EachWithItsStep_InLaterGenerationsToo()
    {
        await _bench.BeginAsync();
        _ = await _bench.StepAsync(RequestOf(first: 3, new ChildTask(1), new ChildTask(2)));
        await _bench.RestartAsync(ended: RunState.Cancelled);
        _ = await _bench.StepAsync(RequestOf(first: 3, new ChildTask(1), new ChildTask(2), new ChildTask(4)));

        var page = await _bench.Worker.GetRequiredService<ITaskResults>().ListAsync(new TaskListQuery { Run = _bench.Run });

        Assert.Equal(["/steps/1/group/3", "/steps/1/group/4", "/steps/1/group/5"], page.Tasks.Select(task => task.Step).Order(StringComparer.Ordinal));
        Assert.Empty((await _bench.Worker.GetRequiredService<ITaskResults>().ListAsync(new TaskListQuery { Run = "another" })).Tasks);

        AwaitRequest RequestOf(int first, params object[] tasks)
        {
            var request = _bench.RequestOf(tasks);
            return request with { Tasks = request.Tasks! with { Step = "/steps/1/group", FirstMember = first } };
        }
    }

    // The run's row, the number, the group, the places and a message of up to 100; then the run's row, the group and the page of results.
    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public async Task Requests_AreAsManyAsDocumented(int count)
    {
        await _bench.BeginAsync();

        // Read every three seconds while anything is at work.
        _ = await _bench.Worker.GetRequiredService<ControlBoard>().GetAsync(TestContext.Current.CancellationToken);
        var begun = _bench.Plan.Calls.Count;
        var sent = (await _bench.StepAsync(_bench.RequestOf([.. Enumerable.Range(1, count).Select(number => new UntrackedChild(number))])))!;
        var sending = _bench.Plan.Calls.Count - begun;
        await _bench.DeliverAsync();
        var before = _bench.Plan.Calls.Count;
        _ = await _bench.StepAsync(sent.Next!);

        Assert.Equal((5 + (count / 200), 3), (sending, _bench.Plan.Calls.Count - before));
    }

    [Fact]
    public async Task End_WakesWhoeverWaits()
    {
        await _bench.BeginAsync();
        _ = await _bench.AwaitAsync(_bench.RequestOf(new ChildTask(1), new ChildTask(2)));

        Assert.Equal([_bench.Key.Instance], _bench.Signal.Raised);
    }
}
