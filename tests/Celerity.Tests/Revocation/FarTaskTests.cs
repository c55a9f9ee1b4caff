using Celerity.Revocation;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Revocation;

/// <summary>Tasks due in years are revoked too: the rule is dropped before they are due, but not before they have been looked at.</summary>
public sealed class FarTaskTests
{
    private const int Step = 5;

    private readonly TaskSimulation _simulation = new() { Configure = StageMutation.Apply };

    [Theory]
    [InlineData("id", 9)]
    [InlineData("id", 500)]
    [InlineData("id", 1500)]
    [InlineData("tag", 500)]
    [InlineData("name", 1500)]
    [InlineData("queue", 500)]
    public async Task Revoked_EndsUnrun_HoweverFarItIs(string by, int days)
    {
        var id = await SendAsync(days);
        await PassAsync(days: 2);
        var control = _simulation.Worker().GetRequiredService<ITaskControl>();
        await (by switch
        {
            "id" => control.RevokeAsync(id),
            "tag" => control.RevokeTagAsync("far"),
            "name" => control.RevokeTaskAsync("test.echo"),
            _ => control.PurgeAsync(TaskSimulation.Queue),
        });

        await PassAsync(days + 5);

        Assert.Empty(_simulation.Script.Runs);
        Assert.Equal(TaskState.Revoked, (await _simulation.FindAsync(id))?.State);
        Assert.Equal(0, _simulation.Storage.Tables.Count(StorageNames.ScheduledTable));
    }

    [Fact]
    public async Task NotRevoked_RunsWhenItIsDue_AndIsLookedAtNowAndThen()
    {
        var id = await SendAsync(days: 1000);

        await PassAsync(days: 999);
        Assert.Equal((0, 1), (_simulation.Script.Runs.Count, _simulation.Storage.Tables.Count(StorageNames.ScheduledTable)));
        await PassAsync(days: 2);

        Assert.Equal(id, Assert.Single(_simulation.Script.Runs).Id);
        Assert.Equal(0, _simulation.Storage.Tables.Count(StorageNames.ScheduledTable));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Look_AnyFaultAtAnyCall_LosesNothing(bool isRevoked)
    {
        var record = new FaultPlan();
        await RunAsync(record);
        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            await RunAsync(plan);
            Assert.True(plan.HasFired, plan.ToString());
        }

        async Task RunAsync(FaultPlan plan)
        {
            var trial = new FarTaskTests();
            var id = await trial.SendAsync(days: 400);
            if (isRevoked)
            {
                await trial._simulation.Worker().GetRequiredService<ITaskControl>().RevokeAsync(id);
            }

            trial._simulation.Time.Advance(TimeSpan.FromDays(300));
            await TaskSimulation.MaintainAsync(trial._simulation.Worker(plan));
            await trial.PassAsync(days: 105);

            Assert.True((await trial._simulation.FindAsync(id))?.State == (isRevoked ? TaskState.Revoked : TaskState.Succeeded), plan.ToString());
            Assert.True(trial._simulation.Script.Runs.Count == (isRevoked ? 0 : 1), plan.ToString());
        }
    }

    private Task<string> SendAsync(int days) => _simulation.Worker().GetRequiredService<IBackgroundTasks>()
        .EnqueueAsync(new EchoTask("hi"), new EnqueueOptions { Delay = TimeSpan.FromDays(days), Tags = ["far"] });

    // Days, some at a time, in which maintenance drops what is old, moves what is due, and messages are delivered.
    private async Task PassAsync(int days)
    {
        var worker = _simulation.Worker();
        for (var left = days; left > 0; left -= Step)
        {
            _simulation.Time.Advance(TimeSpan.FromDays(Math.Min(left, Step)));
            await worker.GetRequiredService<RevocationStore>().RunAsync(CancellationToken.None);
            await TaskSimulation.MaintainAsync(worker);
            while (await _simulation.DeliverOneAsync(worker))
            {
            }
        }
    }
}
