using Celerity.History;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.DeadLetters;
using Xunit;

namespace Celerity.Tests.History;

/// <summary>How minutes become hours and go, whatever befalls the rounds.</summary>
public sealed class HistoryRollupTests
{
    [Fact]
    public async Task Hour_ThatIsOver_IsAddedUp_AndReadsAsItsMinutesDid()
    {
        var bench = await WithHourAsync();
        var before = await bench.ReadAsync(HistoryStep.Hour);

        await bench.Rollup().RunAsync(CancellationToken.None);

        Assert.Equal("2026030108", Assert.Single(await bench.RowsAsync(), row => row.PartitionKey == HistoryRows.Hours).RowKey);
        var after = await bench.ReadAsync(HistoryStep.Hour);
        Assert.Equal(before.Select(Told), after.Select(Told));
        Assert.Equal(120, after[0].Tally.Tasks["orders.ship"].Sent);
        Assert.Equal((60, 0, 59), (after[0].Tally.Minutes, after[0].Tally.IdleMinutes, after[0].Figures!.Backlog));
    }

    [Fact]
    public async Task Hour_ThatGoesOn_OrHasJustEnded_IsLeft()
    {
        var bench = await WithHourAsync();
        bench.Time.AdjustTime(new DateTimeOffset(2026, 3, 1, 9, 9, 59, TimeSpan.Zero));

        await bench.Rollup().RunAsync(CancellationToken.None);

        Assert.DoesNotContain(await bench.RowsAsync(), row => row.PartitionKey == HistoryRows.Hours);
    }

    [Fact]
    public async Task Hour_AddedUpAgain_IsTheSameToTheByte()
    {
        var bench = await WithHourAsync();
        await bench.Rollup().RunAsync(CancellationToken.None);
        var first = (await bench.RowsAsync()).Single(row => row.PartitionKey == HistoryRows.Hours);
        await ((ITableStore)bench.Storage.Tables).TryDeleteAsync(StorageNames.HistoryTable, first.PartitionKey, first.RowKey, first.ETag, CancellationToken.None);

        await bench.Rollup().RunAsync(CancellationToken.None);

        var second = (await bench.RowsAsync()).Single(row => row.PartitionKey == HistoryRows.Hours);
        Assert.Equal(first.FindBytes("tally"), second.FindBytes("tally"));
        Assert.Equal(first.FindBytes("figures"), second.FindBytes("figures"));
    }

    [Fact]
    public async Task Minutes_KeptForLongEnough_Go_AndWhatCameLateIsInTheHour()
    {
        var bench = await WithHourAsync();
        await bench.Rollup().RunAsync(CancellationToken.None);
        var (late, lateWriter) = bench.Process("late");
        bench.Time.AdjustTime(HistoryBench.Start);
        bench.Tell(late, TaskEventKind.BeforePublish);
        await lateWriter.WriteAsync(withOpen: true);
        bench.Time.AdjustTime(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

        await bench.Rollup().RunAsync(CancellationToken.None);

        var row = Assert.Single(await bench.RowsAsync());
        Assert.True(row.GetBoolean(HistoryRows.IsClosedColumn));
        Assert.Equal(121, Assert.Single(await bench.ReadAsync(HistoryStep.Hour)).Tally.Tasks["orders.ship"].Sent);
    }

    [Fact]
    public async Task Minute_ThatComesWhenItsHourIsClosed_Goes_AndChangesNothing()
    {
        var bench = await WithHourAsync();
        bench.Time.AdjustTime(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
        await bench.Rollup().RunAsync(CancellationToken.None);
        bench.Time.AdjustTime(HistoryBench.Start);
        var (late, lateWriter) = bench.Process("late");
        bench.Tell(late, TaskEventKind.BeforePublish);
        await lateWriter.WriteAsync(withOpen: true);
        bench.Time.AdjustTime(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

        await bench.Rollup().RunAsync(CancellationToken.None);

        Assert.Single(await bench.RowsAsync());
        Assert.Equal(120, Assert.Single(await bench.ReadAsync(HistoryStep.Hour)).Tally.Tasks["orders.ship"].Sent);
    }

    [Fact]
    public async Task Hours_KeptForLongEnough_Go()
    {
        var bench = await WithHourAsync();
        await bench.Rollup().RunAsync(CancellationToken.None);
        bench.Time.AdjustTime(HistoryBench.Start.AddDays(30).AddHours(1));

        await bench.Rollup().RunAsync(CancellationToken.None);

        Assert.Empty(await bench.RowsAsync());
    }

    [Fact]
    public async Task Round_WhateverBefallsIt_LeavesEveryCountOnce()
    {
        var played = await EveryFault.PlayAsync(async plan =>
        {
            var bench = await WithHourAsync();
            bench.Time.AdjustTime(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
            try
            {
                await bench.Rollup(new FaultyTableStore(bench.Storage.Tables, plan)).RunAsync(CancellationToken.None);
            }
            catch (Exception exception) when (EveryFault.IsPlanned(exception))
            {
                // The next round goes on.
            }

            await bench.Rollup().RunAsync(CancellationToken.None);

            var row = Assert.Single(await bench.RowsAsync());
            Assert.True(row.GetBoolean(HistoryRows.IsClosedColumn));
            var hour = Assert.Single(await bench.ReadAsync(HistoryStep.Hour));
            Assert.Equal((120, 60), (hour.Tally.Tasks["orders.ship"].Sent, hour.Tally.Minutes));
        });

        Assert.True(played > 20, $"{played} faults");
    }

    [Fact]
    public async Task Write_WhateverBefallsIt_LeavesEveryCountOnce() => await EveryFault.PlayAsync(async plan =>
    {
        var bench = new HistoryBench();
        var (counter, writer) = bench.Process("one", new FaultyTableStore(bench.Storage.Tables, plan));
        for (var minute = 0; minute < 4; minute++)
        {
            bench.Tell(counter, TaskEventKind.BeforePublish);
            bench.Time.Advance(TimeSpan.FromMinutes(1));
            await writer.WriteAsync(withOpen: false);
        }

        // A process that was killed writes no more.
        if (!plan.IsDead)
        {
            await writer.WriteAsync(withOpen: true);
            Assert.Equal([1, 1, 1, 1], (await bench.ReadAsync(HistoryStep.Minute)).Select(point => point.Tally.Tasks["orders.ship"].Sent));
        }
    });

    [Fact]
    public async Task Minutes_ThatCannotBeWrittenForLong_AreDroppedFromTheOldest()
    {
        var bench = new HistoryBench();
        var (counter, _) = bench.Process("one");
        var told = 0;
        for (var minute = 0; minute < HistoryCounter.MostWaiting + 3; minute++)
        {
            bench.Tell(counter, TaskEventKind.BeforePublish);
            bench.Time.Advance(TimeSpan.FromMinutes(1));
            var (minutes, before) = counter.Take(withOpen: false);
            counter.PutBack(minutes);
            told += before;
        }

        var (left, dropped) = counter.Take(withOpen: false);

        Assert.Equal((HistoryCounter.MostWaiting, 3), (left.Count, told + dropped));
        Assert.Equal(HistoryRows.MinuteOf(HistoryBench.Start).AddMinutes(3), left[0].Minute);
    }

    // An hour and a little more of two processes, each of which sends a task a minute; the queue grows by one a minute.
    private static async Task<HistoryBench> WithHourAsync()
    {
        var bench = new HistoryBench();
        var processes = new[] { bench.Process("one"), bench.Process("two") };
        for (var minute = 0; minute < 60; minute++)
        {
            bench.Tell(processes[1].Counter, TaskEventKind.BeforePublish);
            await bench.WriteMinuteAsync(processes[0].Counter, processes[0].Writer, minute);
            await processes[1].Writer.WriteAsync(withOpen: false);
        }

        bench.Time.AdjustTime(new DateTimeOffset(2026, 3, 1, 9, 10, 0, TimeSpan.Zero));
        return bench;
    }

    private static string Told(HistoryPoint point) => $"{point.At:O} {CelerityJson.Write(point.Tally)} {CelerityJson.Write(point.Figures)}";
}
