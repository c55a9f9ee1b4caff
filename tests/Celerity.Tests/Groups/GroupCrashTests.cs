using Celerity.Storage;
using Celerity.TestKit.Faults;
using Xunit;

namespace Celerity.Tests.Groups;

/// <summary>A kill, a lost request and a lost reply at every call of sending, running, counting, calling back: then one callback, none lost.</summary>
public sealed class GroupCrashTests
{
    public static TheoryData<string> Compositions => ["chord", "failing chord", "chain", "chord of chains", "paged chord"];

    [Theory]
    [MemberData(nameof(Compositions))]
    public async Task Composition_AnyFaultAtAnyCall_CallsBackOnce(string composition)
    {
        var record = new FaultPlan();
        var undisturbed = Make(composition);
        var first = undisturbed.Worker(record);
        await SendAsync(first, composition);
        await undisturbed.SettleAsync(first);
        Assert.Single(undisturbed.Script.Runs);
        var expected = Text(undisturbed.Script.Runs[0].Task);

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var bench = Make(composition);
            var worker = bench.Worker(plan);
            var isAccepted = false;
            try
            {
                await SendAsync(worker, composition);
                isAccepted = true;
                await bench.SettleAsync(worker);
            }
            catch (Exception exception) when (exception is ProcessKilledException or InjectedFaultException)
            {
            }

            // Maintenance keeps its own failures to itself, so that a death in it shows only here.
            await bench.SettleAsync(plan.IsDead ? bench.Worker() : worker);

            Assert.True(plan.HasFired, plan.ToString());
            var ids = bench.Script.Runs.Select(run => run.Id).Distinct().ToList();

            // What was not accepted may have been sent whole or not at all; never in part.
            Assert.True(ids.Count == 1 || (ids.Count == 0 && !isAccepted && bench.Simulation.Storage.Queues.SentCount == 0), $"{plan}: {ids.Count} callbacks");
            Assert.All(bench.Script.Runs, run => Assert.Equal(expected, Text(run.Task)));
            Assert.True(bench.Script.Runs.Count <= 2, $"{plan}: ran {bench.Script.Runs.Count} times");
            Assert.Empty(await bench.RowsAsync(StorageNames.ControlTable, "open-groups"));
        }
    }

    private static Task SendAsync(IServiceProvider worker, string composition)
    {
        var groups = GroupBench.Groups(worker);
        return composition switch
        {
            "chain" => groups.ChainAsync([new LinkTask("a"), new LinkTask("b"), new CallbackTask("end")]),
            "failing chord" => groups.ChordAsync([new ChildTask(1), new ChildTask(2)], new CallbackTask("sum"), new GroupOptions { OnError = new FailedTask("alas") }),
            "chord of chains" => groups.ChordAsync([new TaskChain([new LinkTask("a"), new LinkTask("b")]), new ChildTask(1)], new CallbackTask("sum")),
            "paged chord" => groups.ChordAsync(Enumerable.Range(0, 258).Select(number => new UntrackedChild(number)), new CallbackTask("sum")),
            _ => groups.ChordAsync([new ChildTask(1), new ChildTask(2), new ChildTask(3)], new CallbackTask("sum")),
        };
    }

    private static GroupBench Make(string composition)
    {
        var bench = new GroupBench();
        if (composition == "failing chord")
        {
            bench.Script.Child = number => number == 1 ? TaskOutcome.DeadLetter("no") : TaskOutcome.Completed;
        }

        return bench;
    }

    // The failed task's id differs from run to run; all else is the same.
    private static string Text(object task) => task is FailedTask failed
        ? $"{failed.Title} {failed.Failures!.Value.GetArrayLength()}"
        : CelerityJson.Write(task);
}
