using Celerity.Figures;
using Celerity.History;
using Celerity.Storage;
using Xunit;

namespace Celerity.Tests.History;

public sealed class HistoryViewTests
{
    private readonly HistoryBench _bench = new();

    [Fact]
    public async Task Points_TellOfAllTasks_AndOfTheAppAsMeasured()
    {
        var (counter, writer) = _bench.Process("one");
        _bench.Tell(counter, TaskEventKind.Started, "one", 2);
        _bench.Tell(counter, TaskEventKind.Started, "two", 2);
        _bench.Tell(counter, TaskEventKind.Failed, "two", 8);
        _bench.Tell(counter, TaskEventKind.DeadLettered, "two");
        counter.CountRequest("queue send");
        await _bench.Store.AddAsync(
            new AppFigures(HistoryBench.Start, [new QueueFigure(StorageNames.DefaultQueue, 3, 1.5)], [], 4, []), CancellationToken.None);
        await writer.WriteAsync(withOpen: true);

        var view = await ViewAsync(null);

        var point = Assert.Single(view.Points);
        Assert.Equal((2, 1, 1, 0), (point.Started, point.Failed, point.StorageRequests, point.Chunks));
        Assert.Equal((3, 1.5, 4, 0), (point.Backlog, point.OldestSeconds, point.OpenLetters, point.Running));
        Assert.InRange(point.DurationP95!.Value, 8 * 0.91, 8 * 1.1);
        Assert.InRange(point.WaitP95!.Value, 2 * 0.91, 2 * 1.1);
        Assert.Equal([("one", 1L, 0L), ("two", 1L, 1L)], view.Tasks.Select(task => (task.Task, task.Started, task.Failed)));
    }

    [Fact]
    public async Task OfOneTask_NothingElseIsTold_AndMinutesWithoutItAreLeftOut()
    {
        var (counter, writer) = _bench.Process("one");
        _bench.Tell(counter, TaskEventKind.BeforePublish, "one");
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        _bench.Tell(counter, TaskEventKind.BeforePublish, "two");
        await writer.WriteAsync(withOpen: true);

        var view = await ViewAsync("two");

        var point = Assert.Single(view.Points);
        Assert.Equal(HistoryRows.MinuteOf(HistoryBench.Start).AddMinutes(1), point.At);
        Assert.Equal((1, null, null), (point.Sent, point.StorageRequests, point.Running));
        Assert.Equal("two", Assert.Single(view.Tasks).Task);
        Assert.Empty((await ViewAsync("three")).Points);
    }

    [Fact]
    public async Task Tasks_WithMostAttempts_ComeFirst_AndAreNotTooMany()
    {
        var (counter, writer) = _bench.Process("one");
        for (var number = 0; number < HistoryView.MostTasks + 5; number++)
        {
            for (var attempt = 0; attempt <= number; attempt++)
            {
                _bench.Tell(counter, TaskEventKind.Started, $"task.{number}");
            }
        }

        await writer.WriteAsync(withOpen: true);

        var view = await ViewAsync(null);

        Assert.Equal(HistoryView.MostTasks, view.Tasks.Count);
        Assert.Equal($"task.{HistoryView.MostTasks + 4}", view.Tasks[0].Task);
    }

    private async Task<HistoryView> ViewAsync(string? task)
    {
        var (from, to) = (HistoryBench.Start.AddHours(-1), _bench.Time.GetUtcNow().AddHours(1));
        return HistoryView.Of(from, to, HistoryStep.Minute, await _bench.Store.ReadAsync(from, to, HistoryStep.Minute, CancellationToken.None), task);
    }
}
