using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>
/// Guarantees 1, 2, 3 and 5 with real processes on Azurite, for runs: a SIGKILL just before and just after each storage call of what is done with
/// them, then a restart. Each ends with the same bytes, each chunk in the ledger and in the result once, each awaited task once, what was done
/// undone, the dead letters that belong there, and nothing left in a queue; of a purged run nothing at all.
/// </summary>
[CollectionDefinition(nameof(KillTests), DisableParallelization = true)]
[Collection(nameof(KillTests))]
public sealed class KillTests(ITestOutputHelper output)
{
    // Beside the plain way of a slice: what only some chunks and operations do. Without these the data no longer does what it is for.
    private static readonly string[] RareCalls =
    [
        "celerity-rejects", "/partials/", "CelerityDeadLetters", "PUT /devstoreaccount*/CelerityLedger", "POST /devstoreaccount*/celerity-chunks/messages|6",
        "celerity-manifests/*/g*/s*/page-*.json|2", "CelerityControl", "celerity-results",
        $"{nameof(StagesOperation)}: PUT /devstoreaccount*/datasets/", $"{nameof(StagesOperation)}: PUT /devstoreaccount*/celerity-manifests/*/g*/s*/output/head.json",
        $"{nameof(SuspendOperation)}: DELETE /devstoreaccount*/celerity-chunks-held/messages/", $"{nameof(CancelOperation)}: DELETE /devstoreaccount*/celerity-chunks-held/messages/",
        $"{nameof(PutBackOperation)}: POST /devstoreaccount*/celerity-chunks-held/messages|1", $"{nameof(BreakOffOperation)}: DELETE /devstoreaccount*/celerity-chunks/messages/",
        $"{nameof(PurgeOperation)}: DELETE /devstoreaccount*/celerity-outputs/", $"{nameof(PurgeOperation)}: DELETE /devstoreaccount*/CelerityControl(PartitionKey='run-purges'",
        $"{nameof(SagaOperation)}: POST /devstoreaccount*/celerity-default/messages|3", $"{nameof(UndoOperation)}: POST /devstoreaccount*/celerity-default/messages|1",
    ];

    // How each operation ends: what is known of it beforehand.
    private static readonly Dictionary<string, string[]> Ends = new()
    {
        [nameof(StartOperation)] = ["\"succeededWithErrors\"", "generation: 1", $"\"chunksDone\":{FragileData.Chunks}"],
        [nameof(RetryOperation)] = ["\"succeededWithErrors\"", "generation: 2", $"\"chunksDone\":{FragileData.Chunks}"],
        [nameof(StagesOperation)] = ["generation: 1", $"\noutput: {FragileData.SmallOutput}\n", "\"text\":\"5,rejected\"", $"\nfile: {FragileData.SmallOutput}"],
        [nameof(RestartOperation)] = ["generation: 2", $"\noutput: {FragileData.SmallOutput}\n", "\"text\":\"5,rejected\"", $"\nfile: {FragileData.SmallOutput}"],
        [nameof(SuspendOperation)] = ["\"succeededWithErrors\"", "\"sum\":166"],
        [nameof(PutBackOperation)] = ["\"succeeded\"", "\"sum\":10", "\nchunk 3: 1 records, 0 rejected, well, counted 1"],
        [nameof(CancelOperation)] = ["\"cancelled\"", "\"chunksDone\":0"],
        [nameof(BreakOffOperation)] = ["\"cancelled\"", "\"chunksDone\":0"],
        [nameof(CloneOperation)] = ["result: \"nothing for the first\"", "result: \"nothing for the second\""],
        [nameof(PurgeOperation)] = ["CelerityControl: runs.purge\ndatasets: .csv\ninstances: []"],
        [nameof(GroupOperation)] = ["result: \"1 failed\"", ".dies: deadLettered, attempt 1\n.told: succeeded, attempt 1\n.well: succeeded, attempt 1"],
        [nameof(ChordOperation)] = ["result: \".callback(.child,.last(.link))\"", ".callback: succeeded, attempt 1\n.child: succeeded, attempt 1\n.last: succeeded, attempt 1\n.link: succeeded, attempt 1"],
        [nameof(SubOperation)] = ["result: \"sub nothing for \""],
        [nameof(SagaOperation)] = ["result: \"undone\"", ".dies: deadLettered, attempt 1\n.done: succeeded, attempt 1\n.undone: succeeded, attempt 1"],
        [nameof(UndoOperation)] = ["\"cancelled\"", "\n.done: succeeded, attempt 1\n.undone: succeeded, attempt 1"],
    };

    [Fact]
    public async Task Run_KilledAroundEveryStorageCall_EndsWithTheSameBytes()
    {
        var expected = new Dictionary<string, string>();
        using var campaign = new KillCampaign(folder => new RunKillLane(folder, expected), output);
        var kills = new List<Kill>();
        await using (var lane = await campaign.StartLaneAsync("record"))
        {
            foreach (var operation in RunOperation.Names)
            {
                kills.AddRange(KillPoints.Different(await lane.RecordAsync(operation)).Select(point => new Kill(operation, point)));
            }
        }

        Assert.All(Ends, end => Assert.All(end.Value, text => Assert.Contains(text, expected[end.Key], StringComparison.Ordinal)));
        Assert.Equal(FragileData.Chunks, expected[nameof(StartOperation)].Split('\n').Count(line => line.StartsWith("chunk ", StringComparison.Ordinal)));
        Assert.EndsWith("\nresult: none\n", expected[nameof(BreakOffOperation)], StringComparison.Ordinal);
        Assert.All(RareCalls, rare => Assert.Contains(kills, kill => kill.ToString().Contains(rare, StringComparison.Ordinal)));
        await campaign.RunAsync(kills);
    }
}
