using Celerity.TestKit.Faults;
using Xunit;

namespace Celerity.Tests.Stages;

/// <summary>What the smallest run asks of storage: users who start many pay it for each.</summary>
public sealed class StageRequestsTests
{
    [Fact]
    public async Task OneSlice_InOneProcess_TakesTheseRequests()
    {
        var simulation = new StageSimulation(StageBench.Csv("n\n1\n2\n3\n4\n5\n6\n"), StageBench.Source(2));
        var record = new FaultPlan();
        var worker = simulation.Worker(record);

        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        await simulation.DeliverOneAsync(worker);
        await simulation.WatchAsync(worker);
        await simulation.CombineAsync(worker);
        await simulation.EndAsync(worker);

        // Besides, its message is received and deleted.
        Assert.Equal(
            """
            blob.Find data
            blob.OpenRead data
            blob.OpenRead data
            blob.Write celerity-manifests
            table.TryInsert CelerityRuns
            queue.Send celerity-chunks
            table.Find CelerityRuns
            table.Query CelerityControl
            blob.OpenRead data
            table.TryInsertAll CelerityLedger
            table.TryInsert CelerityLedger
            table.TryInsert CelerityLedger
            table.Query CelerityLedger
            table.Query CelerityRuns
            blob.Write celerity-results
            table.TryReplace CelerityRuns
            """,
            string.Join('\n', record.Calls.Select(call => call.Name)));
    }
}
