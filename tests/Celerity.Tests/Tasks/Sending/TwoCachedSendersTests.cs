using Celerity.Tests.Stages.Interleaving;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks.Sending;

/// <summary>Two senders of one payload, call by call against each other: one flight, whatever the order, and whoever dies.</summary>
public sealed class TwoCachedSendersTests
{
    private const int MaxCalls = 16;

    // The first makes p calls, the second q, the first goes on to its end, then the second. Where the cache holds an old result, it is to be replaced.
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task TwoSenders_EveryPreemption_ShareOneFlight(bool hasOldResult, bool firstDies)
    {
        var longest = 0;
        for (var p = 0; p <= MaxCalls; p++)
        {
            for (var q = 0; q <= MaxCalls; q++)
            {
                var simulation = new TaskSimulation();
                var worker = simulation.Worker();
                if (hasOldResult)
                {
                    await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new CachedTask("a"));
                    await simulation.DrainAsync(worker);
                    simulation.Time.Advance(TimeSpan.FromHours(2));
                    simulation.Script.Runs.Clear();
                }

                var ids = new string?[2];
                var actors = new[] { await StartAsync(simulation, ids, 0), await StartAsync(simulation, ids, 1) };
                var first = await actors[0].StepAsync(p);
                var second = await actors[1].StepAsync(q);
                if (firstDies)
                {
                    await actors[0].KillAsync();
                }

                first += await actors[0].StepAsync(int.MaxValue);
                second += await actors[1].StepAsync(int.MaxValue);
                longest = Math.Max(longest, Math.Max(first, second));
                simulation.Time.Advance(TimeSpan.FromMinutes(2));
                await TaskSimulation.MaintainAsync(worker);
                await simulation.DrainAsync(worker);

                Assert.True(simulation.Script.Runs.Count == 1, $"{p} {q}: {simulation.Script.Runs.Count} runs");
                Assert.True(ids.All(id => id is null || id == simulation.Script.Runs[0].Id), $"{p} {q}: {ids[0]} {ids[1]}");
                Assert.True(ids[1] is not null && (firstDies || ids[0] is not null));
                Assert.Equal(ids[1], await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new CachedTask("a")));
            }
        }

        // Else the loops would not reach the last calls.
        Assert.InRange(longest, 7, MaxCalls);
    }

    private static async Task<SteppedActor> StartAsync(TaskSimulation simulation, string?[] ids, int at)
    {
        var worker = simulation.Worker(configure: services => SteppedStorage.Add(services, simulation.Storage));
        var actor = new SteppedActor(async () =>
            ids[at] = await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new CachedTask("a")));
        await actor.ReadyAsync();
        return actor;
    }
}
