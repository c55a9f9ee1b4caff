using Celerity.Costs;
using Celerity.History;
using Celerity.Tests.History;
using Microsoft.Extensions.Options;
using Xunit;

namespace Celerity.Tests.Costs;

public sealed class CostMeterTests
{
    private readonly HistoryBench _bench = new();
    private readonly CostOptions _options = new();

    [Fact]
    public async Task Day_OfSomeTasksAndManyIdleMinutes_IsReckonedForAMonth()
    {
        var (counter, writer) = _bench.Process("one");
        _bench.Time.AdjustTime(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
        for (var minute = 0; minute < 60; minute++)
        {
            Count(counter, "table get", 10);
            if (minute % 2 == 0)
            {
                Count(counter, "queue send", 30);
                _bench.Tell(counter, TaskEventKind.Succeeded);
                _bench.Tell(counter, TaskEventKind.DeadLettered);
            }

            _bench.Time.Advance(TimeSpan.FromMinutes(1));
            await writer.WriteAsync(withOpen: false);
        }

        _bench.Time.Advance(TimeSpan.FromHours(11));
        var cost = await Meter().MeasureAsync(CancellationToken.None);

        Assert.Equal((0.5, 1500L), (cost.Days, cost.Requests));

        // 60 tasks in 30 minutes with 40 requests each; 30 idle minutes with 10 each.
        Assert.Equal((20_000.0, 14_400.0), (cost.RequestsPerThousandTasks, cost.IdleRequestsPerDay));
        Assert.Equal(["queue send 900 0.021915", "table get 600 0.001315"], cost.ByOperation.Select(Told));
        Assert.Equal(new MonthCost(0.023230m, 0.023230m), cost.PerMonth);
        Assert.DoesNotContain(cost.Notes, note => note.StartsWith("In ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Minute_InWhichAnotherProcessHadATask_IsNotIdle()
    {
        var (one, oneWriter) = _bench.Process("one");
        var (two, twoWriter) = _bench.Process("two");
        for (var minute = 0; minute < CostMeter.LeastIdleMinutes; minute++)
        {
            Count(one, "table get", 1);
            _bench.Tell(two, TaskEventKind.Started);
            _bench.Time.Advance(TimeSpan.FromMinutes(1));
            await oneWriter.WriteAsync(withOpen: false);
            await twoWriter.WriteAsync(withOpen: false);
        }

        var cost = await Meter().MeasureAsync(CancellationToken.None);

        Assert.Null(cost.IdleRequestsPerDay);
        Assert.Null(cost.RequestsPerThousandTasks);
        Assert.Contains("In 0 minutes no task was seen: too few to say what a day without any costs; it takes 10.", cost.Notes);
    }

    [Fact]
    public async Task Prices_OfOnesOwn_AndWhatElseThereIs_AreReckonedWith()
    {
        var (counter, writer) = _bench.Process("one");
        Count(counter, "blob delete", 20_000);
        _options.Prices.BlobDelete = 1;
        _options.OtherPerMonth = 7;
        await writer.WriteAsync(withOpen: true);
        _bench.Time.AdjustTime(new DateTimeOffset(2026, 3, 2, 7, 59, 59, TimeSpan.Zero));

        var cost = await Meter().MeasureAsync(CancellationToken.None);

        Assert.Equal(60.9m, Math.Round(cost.PerMonth.Storage, 1));
        Assert.Equal(7, cost.PerMonth.Total - cost.PerMonth.Storage);
    }

    [Fact]
    public async Task Nothing_Counted_IsSaidSo()
    {
        _bench.Options.Enabled = false;

        var cost = await Meter().MeasureAsync(CancellationToken.None);

        Assert.Equal((0, 0L, 0m), (cost.Days, cost.Requests, cost.PerMonth.Total));
        Assert.Contains(cost.Notes, note => note.Contains("switched off", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("queue", "send", 0.004)]
    [InlineData("queue", "receive", 0.004)]
    [InlineData("table", "query", 0.00036)]
    [InlineData("blob", "put_block", 0.055)]
    [InlineData("blob", "list", 0.055)]
    [InlineData("blob", "get", 0.0044)]
    [InlineData("blob", "properties", 0.0044)]
    [InlineData("blob", "delete", 0)]
    public void Prices_AreThoseOfTheDocumentation(string service, string operation, double price) =>
        Assert.Equal((decimal)price, new PriceOptions().Of(service, operation));

    private static string Told(OperationCost operation) => $"{operation.Service} {operation.Operation} {operation.Requests} {operation.PerMonth}";

    private static void Count(HistoryCounter counter, string kind, int count)
    {
        for (var number = 0; number < count; number++)
        {
            counter.CountRequest(kind);
        }
    }

    private CostMeter Meter() => new(_bench.Store, Options.Create(_bench.Options), Options.Create(_options), _bench.Time);
}
