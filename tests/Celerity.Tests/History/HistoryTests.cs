using Celerity.Figures;
using Celerity.History;
using Celerity.Storage;
using Xunit;

namespace Celerity.Tests.History;

/// <summary>What processes count, and what is read of all of them.</summary>
public sealed class HistoryTests
{
    private readonly HistoryBench _bench = new();

    [Fact]
    public async Task TwoProcesses_InTheSameMinute_AreAddedUp()
    {
        var (one, oneWriter) = _bench.Process("one");
        var (two, twoWriter) = _bench.Process("two");
        foreach (var kind in Enum.GetValues<TaskEventKind>())
        {
            _bench.Tell(one, kind);
            _bench.Tell(two, kind);
        }

        one.CountRequest("queue send");
        two.CountRequest("queue send");
        two.CountRequest("table get");
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        await oneWriter.WriteAsync(withOpen: false);
        await twoWriter.WriteAsync(withOpen: false);

        var minute = Assert.Single(await _bench.ReadAsync(HistoryStep.Minute));
        Assert.Equal(HistoryRows.MinuteOf(HistoryBench.Start), minute.At);
        var task = minute.Tally.Tasks["orders.ship"];
        Assert.Equal((2, 2, 2, 2), (task.Sent, task.Started, task.Retried, task.Deferred));
        Assert.Equal((2, 2, 2, 2, 2), (task.Succeeded, task.DeadLettered, task.Revoked, task.Expired, task.Discarded));

        // Of a dead task the last attempt was told as failed before.
        Assert.Equal((2, 10), (task.Wait.Buckets.Values.Sum(), task.Duration.Buckets.Values.Sum()));
        Assert.Equal([("queue send", 2L), ("table get", 1L)], minute.Tally.Requests.Select(request => (request.Key, request.Value)));
        Assert.Equal((1, 0), (minute.Tally.Minutes, minute.Tally.IdleMinutes));
    }

    [Fact]
    public async Task Chunks_AreCountedByStage_WithTheirRecords()
    {
        var (counter, writer) = _bench.Process("one");
        foreach (var kind in Enum.GetValues<TaskEventKind>())
        {
            await counter.OnEventAsync(
                new TaskEvent
                {
                    Kind = kind,
                    At = HistoryBench.Start,
                    Id = "1",
                    Name = "Clean",
                    Queue = StorageNames.ChunksQueue,
                    Duration = TimeSpan.FromSeconds(3),
                    Records = 10,
                    RejectedRecords = 2,
                },
                CancellationToken.None);
        }

        await writer.WriteAsync(withOpen: true);

        var minute = Assert.Single(await _bench.ReadAsync(HistoryStep.Minute));
        var stage = minute.Tally.Stages["Clean"];
        Assert.Equal((1, 1, 1, 1, 10, 2), (stage.Started, stage.Succeeded, stage.DeadLettered, stage.Retried, stage.Records, stage.Rejected));
        Assert.Equal(2, stage.Duration.Buckets.Values.Sum());
        Assert.Empty(minute.Tally.Tasks);
    }

    [Fact]
    public async Task Minute_InWhichNothingWas_TakesNoRow()
    {
        var (_, writer) = _bench.Process("one");
        _bench.Time.Advance(TimeSpan.FromMinutes(5));

        await writer.WriteAsync(withOpen: true);

        Assert.Empty(await _bench.RowsAsync());
    }

    [Fact]
    public async Task Minute_ThatGoesOn_IsWrittenWhenTheProcessEnds_AndNotBefore()
    {
        var (counter, writer) = _bench.Process("one");
        _bench.Tell(counter, TaskEventKind.BeforePublish);

        await writer.WriteAsync(withOpen: false);
        Assert.Empty(await _bench.RowsAsync());

        await writer.WriteAsync(withOpen: true);
        Assert.Equal(1, Assert.Single(await _bench.ReadAsync(HistoryStep.Minute)).Tally.Tasks["orders.ship"].Sent);
    }

    [Fact]
    public async Task Clock_SetBack_LosesAndDoublesNothing()
    {
        var (counter, writer) = _bench.Process("one");
        await _bench.WriteMinuteAsync(counter, writer);
        await _bench.WriteMinuteAsync(counter, writer);
        _bench.Time.AdjustTime(HistoryBench.Start);
        await _bench.WriteMinuteAsync(counter, writer);

        Assert.Equal([2L, 1L], (await _bench.ReadAsync(HistoryStep.Minute)).Select(minute => minute.Tally.Tasks["orders.ship"].Sent));
    }

    [Fact]
    public async Task App_MeasuredTwiceInAMinute_CountsOnce()
    {
        foreach (var length in new[] { 7, 9 })
        {
            await _bench.Store.AddAsync(
                new AppFigures(
                    HistoryBench.Start,
                    [new(StorageNames.DefaultQueue, length, 3), new(StorageNames.ChunksQueue, 5, 8.5), new(StorageNames.DefaultQueue + StorageNames.HeldSuffix, 4, 99)],
                    [new LetterFigure("g", "orders.ship", 6)],
                    2,
                    [new CircuitFigure("mail", CircuitState.Open), new CircuitFigure("bank", CircuitState.Closed)]),
                CancellationToken.None);
        }

        var figures = Assert.Single(await _bench.ReadAsync(HistoryStep.Minute)).Figures!;
        Assert.Equal((12, 8.5, 8), (figures.Backlog, figures.OldestSeconds, figures.OpenLetters));
        Assert.Equal(["mail"], figures.OpenCircuits);
        Assert.Equal(3, figures.Queues.Count);
    }

    [Fact]
    public async Task Tasks_ThatAreTooMany_AreAddedUpAsOther_AndTheBusiestStay()
    {
        var (counter, writer) = _bench.Process("one");
        foreach (var number in Enumerable.Range(0, 2000))
        {
            _bench.Tell(counter, TaskEventKind.BeforePublish, $"made.up.{number}");
        }

        foreach (var _ in Enumerable.Range(0, 5))
        {
            _bench.Tell(counter, TaskEventKind.Started, "made.up.999");
        }

        await writer.WriteAsync(withOpen: true);

        var tasks = Assert.Single(await _bench.ReadAsync(HistoryStep.Minute)).Tally.Tasks;
        Assert.Equal(HistoryRows.MostNames + 1, tasks.Count);
        Assert.Equal(2000, tasks.Values.Sum(task => task.Sent));
        Assert.Equal(6, tasks["made.up.999"].Sent + tasks["made.up.999"].Started);
        Assert.True(tasks[HistoryTally.Other].Sent > 1000);
    }
}
