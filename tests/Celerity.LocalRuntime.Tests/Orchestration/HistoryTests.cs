using System.Globalization;
using Celerity.LocalRuntime.Orchestration.Store;
using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>What the client tells of histories and of what has ended.</summary>
public sealed class HistoryTests : IAsyncDisposable
{
    private readonly HashSet<string> _broken = [];
    private readonly EngineWorld _world;

    public HistoryTests() => _world = new EngineWorld(SqliteOrchestrationStore.InMemory(), new DelegateCode()
        .Activity<string>("Work", name => _broken.Contains(name) ? throw new InvalidOperationException($"{name} is broken") : name)
        .Orchestrator("FanOut", async context => string.Join(',', await Task.WhenAll(
            context.GetInput<string[]>()!.Select(name => context.CallActivityAsync<string>("Work", name))))));

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task GetOrchestrationHistory_IsTheHistoryInTheFrameworksTypes()
    {
        _broken.Add("b");
        var failed = await _world.StartAndRunAsync("FanOut", new[] { "a", "b" }, new StartOrchestrationOptions("h-1"));

        var history = await _world.Client.GetOrchestrationHistoryAsync("h-1");

        Assert.Equal("h-1", Assert.Single(history.OfType<ExecutionStartedEvent>()).OrchestrationInstance!.InstanceId);
        Assert.Equal([0, 1], history.OfType<TaskScheduledEvent>().Select(task => task.EventId));
        Assert.Equal("\"a\"", Assert.Single(history.OfType<TaskCompletedEvent>()).Result);
        var failure = Assert.Single(history.OfType<TaskFailedEvent>());
        Assert.Equal((1, "b is broken", typeof(InvalidOperationException).FullName), (failure.TaskScheduledId, failure.Reason, failure.FailureDetails!.ErrorType));
        Assert.Equal(EventType.OrchestratorCompleted, history[^1].EventType);
        Assert.All(history, item => Assert.Equal(_world.Time.GetUtcNow().UtcDateTime, item.Timestamp));
        Assert.Equal(failed.RuntimeStatus.ToString(), Assert.Single(history.OfType<ExecutionCompletedEvent>()).OrchestrationStatus.ToString());
        await Assert.ThrowsAsync<ArgumentException>(() => _world.Client.GetOrchestrationHistoryAsync("nobody"));
    }

    [Fact]
    public async Task ListInstanceIds_PagesOverWhatEndedInTime()
    {
        var start = _world.Time.GetUtcNow();
        _broken.Add("bad");
        for (var number = 1; number <= 4; number++)
        {
            await _world.StartAndRunAsync("FanOut", new[] { number == 3 ? "bad" : "good" }, new StartOrchestrationOptions(number.ToString(CultureInfo.InvariantCulture)));
            _world.Time.Advance(TimeSpan.FromHours(1));
        }

        var first = await _world.Client.ListInstanceIdsAsync(pageSize: 3);
        var second = await _world.Client.ListInstanceIdsAsync(pageSize: 3, lastInstanceKey: first.ContinuationToken);
        var failed = await _world.Client.ListInstanceIdsAsync([OrchestrationRuntimeStatus.Failed]);
        var late = await _world.Client.ListInstanceIdsAsync(completedTimeFrom: start.AddMinutes(30), completedTimeTo: start.AddMinutes(150));

        Assert.Equal(["1", "2", "3"], first.Values);
        Assert.Equal(["4"], second.Values);
        Assert.Null(second.ContinuationToken);
        Assert.Equal(["3"], failed.Values);
        Assert.Equal(["2", "3"], late.Values);
    }
}
