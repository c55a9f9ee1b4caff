using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Stages.Interleaving;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Groups;

/// <summary>Two consumers end the last two children of a chord, call by call against each other: one callback, whatever the order, and whoever dies.</summary>
public sealed class LastTwoChildrenTests
{
    // The first makes p calls, the second q, the first goes on to its end, then the second.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TwoConsumers_EveryPreemption_SendOneCallback(bool firstDies)
    {
        var (most, both) = (0, 0);
        for (var p = 0; p <= Math.Max(most, 1); p++)
        {
            for (var q = 0; q <= Math.Max(most, 1); q++)
            {
                var bench = new GroupBench();
                var calm = bench.Worker();
                var groups = GroupBench.Groups(calm);
                await SendEachAloneAsync(bench, groups);
                var actors = new[] { await StartAsync(bench), await StartAsync(bench) };
                var steps = await StepAsync(actors[0], p);
                both += await StepAsync(actors[1], q) > 0 && !actors[0].IsDone ? 1 : 0;
                if (firstDies)
                {
                    await actors[0].KillAsync();
                }

                steps += await StepAsync(actors[0], int.MaxValue);
                _ = await StepAsync(actors[1], int.MaxValue);
                most = Math.Max(most, Math.Min(steps, 40));
                await bench.SettleAsync(calm);

                var ids = bench.Script.Runs.Select(run => run.Id).Distinct();
                Assert.True(ids.Count() == 1 && bench.Script.Runs.Count == 1, $"{p} {q}: {bench.Script.Runs.Count} callbacks");
                Assert.Empty(await bench.RowsAsync(StorageNames.ControlTable, "open-groups"));
            }
        }

        Assert.InRange(most, 8, 40);
        Assert.True(both > 20);
    }

    // A pack would be one delivery: the two must come in messages of their own.
    private static async Task SendEachAloneAsync(GroupBench bench, ITaskGroups groups)
    {
        await groups.ChordAsync([new ChildTask(1), new ChildTask(2)], new CallbackTask("sum"));
        var pack = (await bench.Simulation.ReceiveAsync())!;
        var message = Wire.MessageCodec.Decode(System.Text.Encoding.UTF8.GetBytes(pack.Body), pack.MessageId);
        foreach (var task in message.Tasks)
        {
            await bench.Simulation.DropAsync(Wire.MessageCodec.Encode(task));
        }

        await bench.Simulation.Queues.TryDeleteAsync(TaskSimulation.Queue, pack, CancellationToken.None);
    }

    private static async Task<SteppedActor> StartAsync(GroupBench bench)
    {
        var simulation = new TaskSimulation { Configure = bench.Simulation.Configure };
        _ = simulation;
        var worker = bench.SteppedWorker();
        var item = (await bench.Simulation.ReceiveAsync())!;
        var actor = new SteppedActor(async () =>
        {
            await TaskSimulation.RunAsync(worker, item);
            await bench.Simulation.Queues.TryDeleteAsync(TaskSimulation.Queue, item, CancellationToken.None);
        });
        await actor.ReadyAsync();
        return actor;
    }

    private static async Task<int> StepAsync(SteppedActor actor, int times)
    {
        var steps = 0;
        for (; steps < times && !actor.IsDone; steps++)
        {
            await actor.StepAsync();
        }

        return steps;
    }
}
