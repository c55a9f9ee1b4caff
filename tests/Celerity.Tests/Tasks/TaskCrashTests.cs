using Celerity.TestKit.Faults;
using Xunit;

namespace Celerity.Tests.Tasks;

/// <summary>A kill, a lost request and a lost reply at every call to storage: the task ends once, and what it left behind fits its end.</summary>
public sealed class TaskCrashTests
{
    private const string Plain = """{"id":"t1","task":"test.echo","payload":{"text":"hi"}}""";

    public static TheoryData<string> Scripts => ["succeeds", "fails", "fails once", "snoozes", "discards", "dead-letters"];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Task_AnyFaultAtAnyCall_EndsOnce(string script)
    {
        var record = new FaultPlan();
        var undisturbed = Make(script);
        await undisturbed.DropAsync(Plain);
        await undisturbed.DrainAsync(undisturbed.Worker(record));
        var expected = (await undisturbed.FindAsync("t1"))!.State;
        Assert.NotEqual(TaskState.Running, expected);

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var simulation = Make(script);
            await simulation.DropAsync(Plain);
            var worker = simulation.Worker(plan);
            try
            {
                await simulation.DrainAsync(worker);
            }
            catch (Exception exception) when (exception is ProcessKilledException or InjectedFaultException)
            {
                simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
                await simulation.DrainAsync(plan.IsDead ? simulation.Worker() : worker);
            }

            Assert.True(plan.HasFired, plan.ToString());
            var row = await simulation.FindAsync("t1");
            Assert.True(row?.State == expected, $"{plan}: {row?.State}");
            Assert.True(plan.IsDead || row!.Crashes == 0, $"{plan} counted as a crash");
            Assert.Equal(expected == TaskState.DeadLettered ? 1 : 0, (await simulation.DeadLettersAsync()).Count);
        }
    }

    private static TaskSimulation Make(string script)
    {
        var simulation = new TaskSimulation();
        var failed = false;
        simulation.Script.Run = context => script switch
        {
            "fails" => throw new InvalidOperationException("no"),
            "fails once" when context.Attempt == 1 => throw new InvalidOperationException("not yet"),
            "snoozes" when !failed && (failed = true) => TaskOutcome.Snooze(TimeSpan.FromSeconds(5)),
            "discards" => TaskOutcome.Discard("nothing to do"),
            "dead-letters" => TaskOutcome.DeadLetter("never"),
            _ => TaskOutcome.CompletedWith("done"),
        };
        return simulation;
    }
}
