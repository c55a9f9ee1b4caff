using System.Text;
using Celerity.Storage;
using Celerity.Tests.Stages.Interleaving;
using Celerity.Tests.Tasks;
using Celerity.Wire;
using Xunit;

namespace Celerity.Tests.Groups;

/// <summary>Two consumers end the last two children of a chord, call by call against each other: one callback, whatever the order, and whoever dies.</summary>
public sealed class LastTwoChildrenTests
{
    private const int MaxCalls = 24;

    // The first makes p calls, the second q, the first goes on to its end, then the second.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TwoConsumers_EveryPreemption_SendOneCallback(bool firstDies)
    {
        var longest = 0;
        for (var p = 0; p <= MaxCalls; p++)
        {
            for (var q = 0; q <= MaxCalls; q++)
            {
                var bench = new GroupBench();
                var calm = bench.Worker();
                var groups = GroupBench.Groups(calm);
                await SendEachAloneAsync(bench, groups);
                var actors = new[] { await StartAsync(bench), await StartAsync(bench) };
                var first = await actors[0].StepAsync(p);
                var second = await actors[1].StepAsync(q);
                if (firstDies)
                {
                    await actors[0].KillAsync();
                }

                first += await actors[0].StepAsync(int.MaxValue);
                second += await actors[1].StepAsync(int.MaxValue);
                longest = Math.Max(longest, Math.Max(first, second));
                await bench.SettleAsync(calm);

                var ids = bench.Script.Runs.Select(run => run.Id).Distinct();
                Assert.True(ids.Count() == 1 && bench.Script.Runs.Count == 1, $"{p} {q}: {bench.Script.Runs.Count} callbacks");
                Assert.Empty(await bench.RowsAsync(StorageNames.ControlTable, "open-groups"));
            }
        }

        // Else the loops would not reach the last calls.
        Assert.InRange(longest, 8, MaxCalls);
    }

    // A pack would be one delivery: the two must come in messages of their own.
    private static async Task SendEachAloneAsync(GroupBench bench, ITaskGroups groups)
    {
        await groups.ChordAsync([new ChildTask(1), new ChildTask(2)], new CallbackTask("sum"));
        var pack = (await bench.Simulation.ReceiveAsync())!;
        var message = MessageCodec.Decode(Encoding.UTF8.GetBytes(pack.Body), pack.MessageId);
        foreach (var task in message.Tasks)
        {
            await bench.Simulation.DropAsync(MessageCodec.Encode(task));
        }

        await bench.Simulation.Queues.TryDeleteAsync(TaskSimulation.Queue, pack, CancellationToken.None);
    }

    private static async Task<SteppedActor> StartAsync(GroupBench bench)
    {
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
}
