using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>
/// Guarantees 1 to 4 with real processes on Azurite, for tasks: a SIGKILL just before and just after each storage call of their sends, runs,
/// hand-overs, ends and effects, and of the maintenance, then a restart. Each task has its one end and its result, what follows from it has
/// happened once, no attempt has run more often than it crashed, there are the dead letters that belong there, and nothing is left.
/// </summary>
[Collection(nameof(KillTests))]
public sealed class TaskKillTests(ITestOutputHelper output)
{
    // Beside the plain way of a task. Without these the works no longer do what they are for.
    private static readonly string[] RareCalls =
    [
        "$batch", "celerity-payloads/*/*", "celerity-results", "CelerityDeadLetters", "RowKey='lock'", "RowKey='newest'", "PartitionKey='o-*'",
        "DELETE /devstoreaccount*/CelerityControl(PartitionKey='sends-*'", "celerity-payloads/groups/", "open-groups", "CelerityLedger|4",
        "CelerityScheduled", "parked-poison/messages", "PartitionKey='expiry'", "DELETE /devstoreaccount*/celerity-results", "DELETE /devstoreaccount*/parked/messages",
        "DELETE /devstoreaccount*/parked-held/messages", "DELETE /devstoreaccount*/CelerityControl(PartitionKey='controls',RowKey='Refill:parked'",
        "POST /devstoreaccount*/celerity-default-held/messages|2", "DELETE /devstoreaccount*/celerity-default-held/messages/*|2",
        "PUT /devstoreaccount*/CelerityLimits(PartitionKey='rate:limited.work'", "DELETE /devstoreaccount*/CelerityLimits(PartitionKey='slots:mutex.work'",
        $"{nameof(CircuitWork)}: POST /devstoreaccount*/$batch|4", $"{nameof(BatchWork)}: POST /devstoreaccount*/$batch|2",
        $"{nameof(CeleryWork)}: PUT /devstoreaccount*/CelerityTasks(PartitionKey='*',RowKey='*:send')|2",
        $"{nameof(ScheduleWork)}: PUT /devstoreaccount*/CelerityControl(PartitionKey='controls',RowKey='A-Schedule:", "CeleritySchedules",
    ];

    [Fact]
    public async Task Task_KilledAroundEveryStorageCall_EndsOnceWithAllThatFollows()
    {
        using var campaign = new KillCampaign(folder => new TaskKillLane(folder), output);
        var kills = new List<Kill>();
        await using (var lane = await campaign.StartLaneAsync("record"))
        {
            foreach (var work in TaskWork.Names)
            {
                kills.AddRange(KillPoints.Different(await lane.RecordAsync(work)).Select(point => new Kill(work, point)));
            }
        }

        Assert.All(RareCalls, rare => Assert.Contains(kills, kill => kill.ToString().Contains(rare, StringComparison.Ordinal)));
        await campaign.RunAsync(kills);
    }
}
