using Celerity.DeadLetters;
using Celerity.DeadLetters.Actions;
using Celerity.Maintenance;
using Celerity.TestKit.Faults;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.DeadLetters;

/// <summary>The task engine with tasks that die, and somebody who works with their letters.</summary>
internal sealed class LetterBench
{
    public static readonly ActionNote Note = new("ann", "the other side is back");

    public TaskSimulation Tasks { get; } = new() { Configure = StageMutation.Apply };

    public IDeadLetters Letters(FaultPlan? plan = null) => Tasks.Worker(plan).GetRequiredService<IDeadLetters>();

    /// <summary>Lets tasks die, each as the script has it.</summary>
    public async Task DieAsync(int from, int count, string reason = "no such order")
    {
        Tasks.Script.Run = context => TaskOutcome.DeadLetter($"{reason} {context.Id}");
        await SendAsync(from, count);
        await Tasks.DrainAsync(Tasks.Worker());

        // An action is about what had ended before it was asked for.
        Tasks.Time.Advance(TimeSpan.FromSeconds(1));
    }

    public async Task SendAsync(int from, int count)
    {
        for (var number = from; number < from + count; number++)
        {
            await Tasks.DropAsync($$$"""{"id":"t{{{number}}}","task":"test.echo","payload":{"text":"n{{{number}}}"},"headers":{"tenant":"7"}}""");
        }
    }

    /// <summary>Takes an action to its end as its orchestration does, by a new process after each fault.</summary>
    public async Task<DeadLetterAction> FinishAsync(string id, FaultPlan? plan = null, bool runsTasks = true)
    {
        var runner = Tasks.Worker(plan).GetRequiredService<ActionRunner>();
        for (var steps = 0; ; steps++)
        {
            Assert.True(steps < 1000, "the action does not end");
            try
            {
                var step = await runner.StepAsync(id, CancellationToken.None);
                if (step.IsOver)
                {
                    return (await Letters().FindActionAsync(id, TestContext.Current.CancellationToken))!;
                }

                Tasks.Time.Advance(step.Wait);
            }
            catch (Exception exception) when (EveryFault.IsPlanned(exception))
            {
                runner = Tasks.Worker().GetRequiredService<ActionRunner>();
            }

            if (runsTasks)
            {
                while (await Tasks.DeliverOneAsync(Tasks.Worker()))
                {
                }
            }
        }
    }

    /// <summary>A round of maintenance, as far as it is about letters.</summary>
    public async Task MaintainAsync() => await Tasks.Worker().GetServices<IMaintenanceStep>().OfType<DeadLetterUpkeep>().Single().RunAsync(CancellationToken.None);

    /// <summary>The only group there is, counted just now.</summary>
    public async Task<DeadLetterGroup> OnlyGroupAsync()
    {
        await MaintainAsync();
        return Assert.Single((await Letters().ListGroupsAsync()).Groups);
    }
}
