using Celerity.Alerts;
using Celerity.Figures;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.History;
using Microsoft.Extensions.Options;
using Xunit;

namespace Celerity.Tests.Alerts;

/// <summary>What rules look at, taken from the figures and from the history.</summary>
public sealed class AlertReadingsTests
{
    private readonly HistoryBench _bench = new();

    private HistoryReadings History => new(_bench.Storage.Tables, Options.Create(_bench.Options), _bench.Time);

    [Fact]
    public async Task Figures_AreReadByQueueAndCircuit()
    {
        var board = new FigureBoard(_bench.Storage.Tables, _bench.Time);
        board.Set(new AppFigures(
            _bench.Time.GetUtcNow(),
            [new("mine", 7, 30), new("mine-held", 5000, 9000), new("mine-poison", 2, 60), new("empty", 0, null)],
            [],
            0,
            [new("a", CircuitState.Open), new("b", CircuitState.HalfOpen)])
        {
            StalledRuns = [new StalledRunFigure("r1", "p", 1000)],
            SilentWorkers = [new WorkerFigure("w1", "host", 90)],
            LateSchedules = [new ScheduleFigure("nightly", 400)],
        });

        var readings = await ReadAsync(new FigureReadings(board));

        Assert.Equal([("empty", 0), ("mine", 7)], Of(readings, AlertKind.BacklogLength));
        Assert.Equal([("empty", 0), ("mine", 30)], Of(readings, AlertKind.BacklogAge));
        Assert.Equal([("mine-poison", 2)], Of(readings, AlertKind.PoisonQueue));
        Assert.Equal([("a", 1), ("b", 0)], Of(readings, AlertKind.OpenCircuit));
        Assert.Equal([("app", 0)], Of(readings, AlertKind.NotMeasured));
        Assert.Equal([("r1", 1000)], Of(readings, AlertKind.StalledRun));
        Assert.Equal([("w1", 90)], Of(readings, AlertKind.SilentWorker));
        Assert.Equal([("nightly", 400)], Of(readings, AlertKind.LateSchedule));
    }

    [Fact]
    public async Task Figures_OfAnotherInstance_AreFound_AndOldOnesAreNone()
    {
        await ((ITableStore)_bench.Storage.Tables).TryInsertAsync(
            StorageNames.FiguresTable, new AppFigures(_bench.Time.GetUtcNow(), [new("mine", 7, 30)], [], 0, []).ToRow(), CancellationToken.None);
        var board = new FigureBoard(_bench.Storage.Tables, _bench.Time);
        Assert.Equal([("mine", 7)], Of(await ReadAsync(new FigureReadings(board)), AlertKind.BacklogLength));

        _bench.Time.Advance(FigureBoard.LongestAge + TimeSpan.FromSeconds(1));
        var readings = await ReadAsync(new FigureReadings(board));

        Assert.Null(readings.Find(AlertKind.BacklogLength));
        Assert.Null(readings.Find(AlertKind.OpenCircuit));
        Assert.Equal([("app", 1)], Of(readings, AlertKind.NotMeasured));
    }

    [Fact]
    public async Task History_RatesAreOfTenMinutes_AndGrowthOfAnHour_OverAllProcesses()
    {
        var readings = History;
        var processes = new[] { _bench.Process("a"), _bench.Process("b") };
        for (var minute = 0; minute < 30; minute++)
        {
            foreach (var (counter, _) in processes)
            {
                _bench.Tell(counter, minute < 25 ? TaskEventKind.DeadLettered : TaskEventKind.Succeeded);
                _bench.Tell(counter, TaskEventKind.Succeeded, "slow", seconds: minute < 20 ? 1 : 100);
            }

            _bench.Time.Advance(TimeSpan.FromMinutes(1));
            foreach (var (_, writer) in processes)
            {
                await writer.WriteAsync(withOpen: false);
            }

            // Each minute as the timer does: what is read bit by bit is what one reading finds.
            var step = await ReadAsync(readings);
            var whole = await ReadAsync(History);
            Assert.All(
                new[] { AlertKind.FailureRate, AlertKind.Duration, AlertKind.DeadLetterGrowth }, kind => Assert.Equal(Of(whole, kind), Of(step, kind)));
        }

        var last = await ReadAsync(readings);
        Assert.Equal([("orders.ship", 0.5), ("slow", 0)], Of(last, AlertKind.FailureRate));
        Assert.Equal([("orders.ship", 50), ("slow", 0)], Of(last, AlertKind.DeadLetterGrowth));
        Assert.InRange(last.Find(AlertKind.Duration)!["slow"], 91, 110);
    }

    [Fact]
    public async Task History_WhereNoProcessHasWrittenForMinutes_IsNotMeasured()
    {
        var (counter, writer) = _bench.Process("a");
        await _bench.WriteMinuteAsync(counter, writer);
        var readings = History;
        Assert.NotNull((await ReadAsync(readings)).Find(AlertKind.FailureRate));

        _bench.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Null((await ReadAsync(readings)).Find(AlertKind.FailureRate));

        _bench.Options.Enabled = false;
        await _bench.WriteMinuteAsync(counter, writer);
        Assert.Null((await ReadAsync(readings)).Find(AlertKind.FailureRate));
    }

    [Fact]
    public async Task History_ThatComesLate_AndAClockThatIsSetBack_AreReadAnew()
    {
        var readings = History;
        var (counter, writer) = _bench.Process("a");
        await _bench.WriteMinuteAsync(counter, writer);
        await ReadAsync(readings);
        _bench.Tell(counter, TaskEventKind.DeadLettered);
        _bench.Time.Advance(TimeSpan.FromMinutes(2));
        await ReadAsync(readings);

        await writer.WriteAsync(withOpen: false);
        await ReadAsync(new HistoryReadings(_bench.Storage.Tables, Options.Create(_bench.Options), _bench.Time));
        Assert.Equal([("orders.ship", 1)], Of(await ReadAsync(readings), AlertKind.DeadLetterGrowth));

        _bench.Time.AdjustTime(_bench.Time.GetUtcNow().AddMinutes(-2));
        Assert.Equal([("orders.ship", 0)], Of(await ReadAsync(readings), AlertKind.DeadLetterGrowth));
    }

    [Fact]
    public async Task History_IsReadByOneRequestAMinute_AndTwoAfterTheHour()
    {
        var plan = new FaultPlan();
        var readings = new HistoryReadings(new FaultyTableStore(_bench.Storage.Tables, plan), Options.Create(_bench.Options), _bench.Time);
        await ReadAsync(readings);
        var before = plan.Calls.Count;
        for (var minute = 0; minute < 60; minute++)
        {
            _bench.Time.Advance(TimeSpan.FromMinutes(1));
            await ReadAsync(readings);
        }

        Assert.Equal(1, before);
        Assert.Equal(63, plan.Calls.Count - before);
    }

    private static async Task<AlertReadings> ReadAsync(IAlertReadings source)
    {
        var readings = new AlertReadings();
        await source.ReadAsync(readings, CancellationToken.None);
        return readings;
    }

    private static IEnumerable<(string Subject, double Value)> Of(AlertReadings readings, AlertKind kind) =>
        (readings.Find(kind) ?? new Dictionary<string, double>()).OrderBy(reading => reading.Key, StringComparer.Ordinal).Select(reading => (reading.Key, reading.Value));
}
