using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Webhooks;

/// <summary>A kill, a lost request and a lost reply at every call to storage, from the send to the last effect: each end is told, as one event.</summary>
public sealed class WebhookCrashTests
{
    [Theory]
    [InlineData("full")]
    [InlineData("none")]
    [InlineData("dead")]
    public async Task End_AnyFaultAtAnyCall_IsToldAsOneEvent(string kind)
    {
        var record = new FaultPlan();
        await RunAsync(kind, record);

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            await RunAsync(kind, plan);

            Assert.True(plan.HasFired, plan.ToString());
        }
    }

    private static async Task RunAsync(string kind, FaultPlan plan)
    {
        var bench = new WebhookBench();
        bench.Simulation.Script.Run = _ => kind == "dead" ? throw new ArgumentException("no") : TaskOutcome.Completed;
        object task = kind == "none" ? new UntrackedTask("hi") : new EchoTask("hi");
        var worker = bench.Simulation.Worker(plan);
        var id = default(string);
        try
        {
            id = await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(task);
            await bench.Simulation.DrainAsync(worker);
        }
        catch (Exception exception) when (exception is ProcessKilledException or InjectedFaultException)
        {
        }

        worker = plan.IsDead ? bench.Simulation.Worker() : worker;
        foreach (var _ in Enumerable.Range(0, 3))
        {
            bench.Simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
            await TaskSimulation.MaintainAsync(worker);
            await bench.Simulation.DrainAsync(worker);
            bench.Simulation.Time.Advance(TimeSpan.FromMinutes(2));
        }

        // A send that was not acknowledged may have been accepted all the same, and told its end then.
        var told = bench.Receiver.Posts.Select(post => (post.Id, Task: post.Of("id"), Body: Convert.ToHexString(post.Content))).Distinct().ToList();
        Assert.True(told.Count == (bench.Simulation.Script.Runs.Count > 0 ? 1 : 0), $"{plan}: {told.Count} events");
        Assert.True(id is null || told[0].Task == id, plan.ToString());
        Assert.Equal(0, bench.Simulation.Storage.Queues.Count(TaskSimulation.Queue));
        Assert.Equal(kind == "dead" && told.Count > 0 ? 1 : 0, (await bench.Simulation.DeadLettersAsync()).Count);
    }
}
