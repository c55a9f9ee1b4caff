using Celerity.Alerts;
using Celerity.Tests.DeadLetters;
using Celerity.Tests.Tasks;
using Xunit;

namespace Celerity.Tests.Alerts;

/// <summary>A kill, a lost request and a lost reply at every call to storage of an alert's life, from the first bad minute to the last delivery.</summary>
public sealed class AlertCrashTests
{
    [Fact]
    public async Task Alert_AnyFaultAtAnyCall_IsToldToEachReceiver_AsOneMessageEach()
    {
        var played = await EveryFault.PlayAsync(async plan =>
        {
            var bench = new AlertBench(AlertBench.Receiver(), AlertBench.Receiver("night"));
            var evaluator = bench.Evaluator(plan);
            foreach (var value in new double[] { 0, 20_000, 20_000, 20_000, 20_000, 0, 0, 0 })
            {
                bench.Measure(AlertKind.BacklogLength, "celerity-default", value);
                bench.Simulation.Time.Advance(TimeSpan.FromMinutes(10));
                try
                {
                    await AlertBench.EvaluateAsync(evaluator);
                    await bench.Simulation.DrainAsync(evaluator);
                }
                catch (Exception exception) when (EveryFault.IsPlanned(exception))
                {
                    evaluator = plan.IsDead ? bench.Evaluator() : evaluator;
                    bench.Simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
                }

                await bench.Simulation.DrainAsync(evaluator);
            }

            var told = bench.Posts.Select(post => (post.Receiver, post.Id, Convert.ToHexString(post.Content))).Distinct().ToList();
            Assert.Equal(4, told.Count);
            Assert.Equal(
                ["night alert.firing celerity-default", "night alert.resolved celerity-default", "ops alert.firing celerity-default", "ops alert.resolved celerity-default"],
                bench.Told.Distinct().Order(StringComparer.Ordinal));
            Assert.Equal((AlertState.Resolved, false), (await bench.AlertAsync()) is { } alert ? (alert.State, alert.IsTold) : default);
            Assert.Empty(await bench.Simulation.DeadLettersAsync());
        });

        Assert.True(played > 100, $"{played}");
    }
}
