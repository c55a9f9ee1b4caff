using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>
/// Guarantees 1, 2, 3 and 5 with real processes on Azurite: a SIGKILL just before and just after every storage call that a run makes, then
/// a restart, ends with the same bytes, each chunk in the ledger and in the result once, the one dead letter that belongs there, and nothing
/// left in a queue.
/// </summary>
[CollectionDefinition(nameof(KillTests), DisableParallelization = true)]
[Collection(nameof(KillTests))]
public sealed class KillTests(ITestOutputHelper output)
{
    // Beside the plain way of a slice: what only some chunks do. Without these the data no longer does what it is for.
    private static readonly string[] RareCalls =
    [
        "celerity-rejects", "/partials/", "CelerityDeadLetters", "PUT /devstoreaccount*/CelerityLedger", "POST /devstoreaccount*/celerity-chunks/messages|6",
        "celerity-manifests/*/g*/s*/page-*.json|2", "CelerityControl", "celerity-results",
    ];

    [Fact]
    public async Task Run_KilledAroundEveryStorageCall_EndsWithTheSameBytes()
    {
        var expected = new Dictionary<string, string>();
        using var campaign = new KillCampaign(folder => new RunKillLane(folder, expected), output);
        IReadOnlyList<string> points;
        IReadOnlyList<string> again;
        await using (var lane = (RunKillLane)await campaign.StartLaneAsync("record"))
        {
            expected = lane.Expected;
            points = await lane.RecordAsync(RunKillLane.Run);
            again = await lane.RecordAsync(RunKillLane.Retry);
        }

        Assert.All(expected.Values, end => Assert.Contains($"\"chunksDone\":{FragileData.Chunks}", end, StringComparison.Ordinal));
        Assert.Equal(FragileData.Chunks, expected[RunKillLane.Run].Split('\n').Count(line => line.StartsWith("chunk ", StringComparison.Ordinal)));
        Assert.All(RareCalls, rare => Assert.Contains(points, point => point.Contains(rare, StringComparison.Ordinal)));
        await campaign.RunAsync([.. points.Select(point => new Kill(RunKillLane.Run, point)), .. again.Select(point => new Kill(RunKillLane.Retry, point))]);
    }
}
