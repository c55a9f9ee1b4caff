using Celerity.Controls;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Circuits;

/// <summary>
/// A kill, a lost request and a lost reply at every call to storage, while a circuit opens, holds, probes, opens again, closes and refills: every
/// task ends once, and the circuit does not stay open.
/// </summary>
public sealed class CircuitCrashTests
{
    private static readonly string[] Ids = ["t1", "t2", "t3", "t4", "p1", "p2", "p3"];

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    public async Task Circuit_AnyFaultAtAnyCall_LosesNothingAndCloses(int secondsDown)
    {
        var record = new FaultPlan();
        await RunAsync(record, secondsDown);
        Assert.Contains(record.Calls, call => call.Name == $"queue.Send {CircuitSimulation.Held}");
        Assert.Contains(record.Calls, call => call.Name == $"queue.TryDelete {CircuitSimulation.Held}");

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            await RunAsync(plan, secondsDown);
            Assert.True(plan.HasFired, plan.ToString());
        }
    }

    // Down from the first attempts on, and for so long after the first break: then the first probes fail.
    private static async Task RunAsync(FaultPlan plan, int secondsDown)
    {
        var circuits = new CircuitSimulation { IsDown = true };
        var worker = circuits.Tasks.Worker(plan);
        await circuits.SendAsync(Ids.Where(id => id[0] == 't'));
        await circuits.SendPackAsync(Ids.Where(id => id[0] == 'p'));
        var upAt = TaskSimulation.Start + CircuitSimulation.Break + TimeSpan.FromSeconds(secondsDown);
        var ended = false;
        for (var step = 0; step < 120 && !ended; step++)
        {
            circuits.IsDown = circuits.Tasks.Time.GetUtcNow() < upAt;
            worker = await TryAsync(circuits, worker, plan, circuits.DeliverAsync);
            circuits.Wait(TimeSpan.FromSeconds(31));
            worker = await TryAsync(circuits, worker, plan, CircuitSimulation.MaintainAsync);
            ended = circuits.HeldCount == 0 && await AreEndedAsync(circuits);
        }

        foreach (var id in Ids)
        {
            var row = await circuits.Tasks.FindAsync(id);
            Assert.True(row?.State == TaskState.Succeeded, $"{plan}: {id} is {row?.State.ToString() ?? "lost"}, {circuits.HeldCount} held");
            Assert.True(plan.IsDead || row!.Crashes == 0, $"{plan}: {id} counted a crash");
        }

        Assert.Empty(await circuits.Tasks.DeadLettersAsync());
        var note = (await circuits.Tasks.Worker().GetRequiredService<ControlBoard>().GetAsync(CancellationToken.None)).CircuitOf(CircuitSimulation.Circuit);
        Assert.True(ended && note.Opening >= 1 && note.StateAt(circuits.Tasks.Time.GetUtcNow()) != CircuitState.Open, $"{plan}: {note}");
    }

    private static async Task<bool> AreEndedAsync(CircuitSimulation circuits) =>
        (await Task.WhenAll(Ids.Select(circuits.Tasks.FindAsync))).All(row => row?.Ending is not null);

    // What fails is done again by another pass, and where the process died, by another process.
    private static async Task<IServiceProvider> TryAsync(
        CircuitSimulation circuits, IServiceProvider worker, FaultPlan plan, Func<IServiceProvider, Task> act)
    {
        try
        {
            await act(worker);
            return worker;
        }
        catch (Exception exception) when (exception is ProcessKilledException or InjectedFaultException)
        {
            circuits.Tasks.Storage.Queues.LoseLeases(TaskSimulation.Queue);
            circuits.Tasks.Storage.Queues.LoseLeases(CircuitSimulation.Held);
            worker = plan.IsDead ? circuits.Tasks.Worker() : worker;
            await act(worker);
            return worker;
        }
    }
}
