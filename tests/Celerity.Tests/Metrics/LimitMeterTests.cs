using Celerity.Controls;
using Celerity.Metrics;
using Celerity.RateLimits;
using Celerity.Slots;
using Celerity.TestKit.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Tests.Metrics;

public sealed class LimitMeterTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ConcurrencySlots _slots;
    private readonly RateLimiter _rates;

    public LimitMeterTests()
    {
        var (tables, instance) = (new InMemoryStorage(_time).Tables, new InstanceId());
        _slots = new ConcurrencySlots(new SlotRows(tables, instance, _time), _time, NullLogger<ConcurrencySlots>.Instance);
        _rates = new RateLimiter(new RateBuckets(tables), instance, _time);
    }

    [Fact]
    public async Task Slots_AreToldWhileTheyAreHeld()
    {
        using var meter = new LimitMeter(_slots, _rates);
        using var measured = new Measured(meter);
        Assert.Null(_slots.TurnAway("render", 4));
        var (slot, _) = await _slots.EnterAsync("render", 4, CancellationToken.None);

        Assert.Equal("1 {celerity.task.name=render}", measured.Now("celerity.limit.slots_held"));
        Assert.Equal("4 {celerity.task.name=render}", measured.Now("celerity.limit.slots"));

        await slot!.DisposeAsync();
        Assert.Equal("0 {celerity.task.name=render}", measured.Now("celerity.limit.slots_held"));
    }

    [Fact]
    public async Task Rate_IsTold_AndTheShareWhileItLasts()
    {
        using var meter = new LimitMeter(_slots, _rates);
        using var measured = new Measured(meter);
        await _rates.ReserveAsync("render", 1, new RateTerms(new RateLimit(100, 100), 1), CancellationToken.None);

        Assert.Equal("100 {celerity.task.name=render}", measured.Now("celerity.limit.rate"));
        Assert.Equal("25 {celerity.task.name=render}", measured.Now("celerity.limit.rate_share"));

        _time.Advance(RateTerms.ShareTime);
        Assert.Equal("0 {celerity.task.name=render}", measured.Now("celerity.limit.rate_share"));
    }

    [Fact]
    public async Task Limits_PerKey_AreNotTold()
    {
        using var meter = new LimitMeter(_slots, _rates);
        await _rates.ReserveAsync(LimitName.OfKey("render", "ann"), 1, new RateTerms(new RateLimit(100, 100), 1), CancellationToken.None);
        await _slots.EnterAsync(LimitName.OfKey("render", "ann"), 4, CancellationToken.None);

        Assert.Empty(_rates.Uses);
        Assert.Empty(_slots.Uses);
    }
}
