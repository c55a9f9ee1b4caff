using Celerity.RateLimits;
using Xunit;

namespace Celerity.Tests.RateLimits;

public sealed class RateLimiterTests(ITestOutputHelper output)
{
    [Fact]
    public async Task ThreeInstances_MoreThanTheRate_RunAtTheRateForLittle()
    {
        var simulation = new RateSimulation(RateLimit.TryParse("50/s")!, instances: 3);

        // Each instance has 16 to 24 in flight, as the host lets it; the rest waits on the queue, so an instance asks when one has started.
        var free = Enumerable.Range(0, 3).Select(_ => new Queue<double>(Enumerable.Repeat(0.0, 20))).ToArray();
        for (var at = 0; at < 3300; at++)
        {
            var instance = Array.IndexOf(free, free.MinBy(queue => queue.Peek()));
            var before = simulation.Starts.Count;
            simulation.Arrive(instance, free[instance].Dequeue());
            await simulation.RunAsync();
            Assert.Equal(before + 1, simulation.Starts.Count);
            free[instance].Enqueue(simulation.Starts[^1] + 0.01);
        }

        var inAMinute = simulation.Starts.Count(at => at < 60);
        output.WriteLine($"{inAMinute} starts in 60 s, {simulation.Requests} requests, {simulation.Deferrals} deferrals, excess {simulation.Excess():N3}");
        Assert.InRange(inAMinute, 2850, 3150);
        Assert.True(simulation.Excess() <= 0, $"{simulation.Excess()}");
        Assert.True(simulation.Requests <= simulation.Starts.Count / 20.0, $"{simulation.Requests}");
        Assert.Equal(0, simulation.Deferrals);
    }

    [Fact]
    public async Task TenThousandAtOnce_AreDeferredOnceEach()
    {
        var simulation = new RateSimulation(RateLimit.TryParse("10/s")!, instances: 3);
        for (var at = 0; at < 10_000; at++)
        {
            simulation.Arrive(at % 3, at * 0.003);
        }

        await simulation.RunAsync();

        output.WriteLine($"{simulation.Starts.Max():N1} s, {simulation.Requests} requests, {simulation.Deferrals} deferrals, excess {simulation.Excess():N3}");
        Assert.Equal(10_000, simulation.Starts.Count);
        Assert.InRange(simulation.Deferrals, 9_000, 11_000);
        Assert.InRange(simulation.Starts.Max(), 990, 1050);
        Assert.True(simulation.Excess() <= 0, $"{simulation.Excess()}");
    }

    [Fact]
    public async Task Pack_IsReservedInOneWrite()
    {
        var simulation = new RateSimulation(RateLimit.TryParse("10/s burst 5")!, instances: 1);

        await simulation.ArriveTogetherAsync(0, 300);

        Assert.InRange(simulation.Requests, 1, 2);
        await simulation.RunAsync();
        Assert.Equal(300, simulation.Starts.Count);
        Assert.True(simulation.Excess() <= 0, $"{simulation.Excess()}");
    }

    [Theory]
    [InlineData("1/m", 1)]
    [InlineData("100/m", 1)]
    [InlineData("10/s burst 1", 1)]
    [InlineData("10/s burst 50", 1)]
    [InlineData("10/s burst 50", 7)]
    [InlineData("10/s burst 3", 3)]
    [InlineData("50/s", 1)]
    [InlineData("1000/s", 1)]
    [InlineData("20/s burst 8", 2)]
    public async Task AnyArrivals_NeverMoreThanTheBurst(string text, int cost)
    {
        var limit = RateLimit.TryParse(text)!;
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var simulation = new RateSimulation(limit, instances: random.Next(1, 6), cost)
            {
                Late = () => TimeSpan.FromSeconds(random.NextDouble() * 3),
            };
            var at = 0.0;
            for (var task = 0; task < 300; task++)
            {
                // Bursts, trickles and rests.
                at += random.Next(20) switch
                {
                    0 => random.NextDouble() * 20,
                    < 10 => 0,
                    _ => random.NextDouble() * 2 * cost / limit.PerSecond,
                };
                simulation.Arrive(random.Next(64) % 3 % Math.Max(1, simulation.Instances), at);
            }

            await simulation.RunAsync();

            Assert.Equal(300, simulation.Starts.Count);

            // Where a burst is one task it is that no two come closer than half their interval.
            Assert.True(simulation.Excess() <= (limit.Burst == cost ? cost / 2.0 : 0) + 1e-6, $"seed {seed}: {simulation.Excess()}");
        }
    }

    [Fact]
    public async Task ClocksThatDiffer_NeverMoreThanTheBurst()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var simulation = new RateSimulation(RateLimit.TryParse("50/s")!, instances: 3, skew: at => TimeSpan.FromSeconds((at - 1) * random.NextDouble() * 4));
            for (var task = 0; task < 1000; task++)
            {
                simulation.Arrive(random.Next(3), task * 0.012 * random.NextDouble());
            }

            await simulation.RunAsync();

            Assert.Equal(1000, simulation.Starts.Count);
            Assert.True(simulation.Excess() <= 1e-6, $"seed {seed}: {simulation.Excess()}");
        }
    }
}
