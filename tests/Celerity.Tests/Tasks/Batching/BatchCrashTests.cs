using Celerity.TestKit.Faults;
using Xunit;

namespace Celerity.Tests.Tasks.Batching;

/// <summary>A kill, a lost request and a lost reply at every call to storage of a batch; and processes that die in its handler.</summary>
public sealed class BatchCrashTests
{
    public static TheoryData<string, string> Scripts => new(from script in (string[])["succeeds", "differs", "throws once"] from way in (string[])["pack", "messages"] select (script, way));

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Batch_AnyFaultAtAnyCall_EachEndsOnce(string script, string way)
    {
        var record = new FaultPlan();
        var undisturbed = await MakeAsync(script, way);
        await undisturbed.DrainAsync(undisturbed.Worker(record));
        var expected = await undisturbed.StatesAsync("abc");

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var simulation = await MakeAsync(script, way);
            var worker = simulation.Worker(plan);
            try
            {
                await simulation.DrainAsync(worker);
            }
            catch (Exception exception) when (exception is ProcessKilledException or InjectedFaultException)
            {
                simulation.Tasks.Storage.Queues.LoseLeases(TaskSimulation.Queue);
                await simulation.DrainAsync(plan.IsDead ? simulation.Worker() : worker);
            }

            Assert.True(plan.HasFired, plan.ToString());
            Assert.True(expected.SequenceEqual(await simulation.StatesAsync("abc")), $"{plan}: {string.Join(' ', await simulation.StatesAsync("abc"))}");
            foreach (var id in "abc")
            {
                Assert.True((await simulation.RowAsync(id)).Crashes <= (plan.IsDead ? 1 : 0), $"{plan} counted as a crash of {id}");
            }

            Assert.Equal(script == "differs" ? 1 : 0, (await simulation.Tasks.DeadLettersAsync()).Count);
        }
    }

    [Theory]
    [InlineData("pack")]
    [InlineData("messages")]
    public async Task Process_ThatDiesInTheHandler_TakesNoneAlongTwice(string way)
    {
        var simulation = await MakeAsync("succeeds", way);
        for (var death = 0; death < 3; death++)
        {
            var plan = new FaultPlan();
            simulation.Script.RunAsync = (items, _) =>
            {
                if (items.Any(item => item.Task.Text == "b"))
                {
                    plan.Kill("by b");
                }

                return Task.FromResult<IReadOnlyList<TaskOutcome<string>>>([.. items.Select(item => (TaskOutcome<string>)item.Task.Text)]);
            };
            await Assert.ThrowsAsync<ProcessKilledException>(() => simulation.DrainAsync(simulation.Worker(plan)));
            simulation.Tasks.Storage.Queues.LoseLeases(TaskSimulation.Queue);
        }

        await simulation.DrainAsync(simulation.Worker());

        Assert.Equal([TaskState.Succeeded, TaskState.DeadLettered, TaskState.Succeeded], await simulation.StatesAsync("abc"));
        Assert.Equal(ErrorCategory.Crashed, (await simulation.RowAsync('b')).Ending!.Category);
        Assert.Equal(1, simulation.Script.Calls.Count(call => call.Length > 1));
    }

    private static async Task<BatchSimulation> MakeAsync(string script, string way)
    {
        var simulation = new BatchSimulation();
        simulation.Script.Each = item => (script, item.Task.Text) switch
        {
            ("differs", "b") => TaskOutcome.DeadLetter("never"),
            ("differs", "c") when item.Context.Attempt == 1 => TaskOutcome.Retry(),
            ("throws once", _) when item.Context.Attempt == 1 => throw new TimeoutException("slow"),
            _ => item.Task.Text,
        };
        await (way == "pack" ? simulation.DropPackAsync("abc").AsTask() : simulation.DropAsync("abc"));
        return simulation;
    }
}
