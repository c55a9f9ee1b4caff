using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run of two stages is started with a key: the second reads what the first has written, and all of that becomes one file.</summary>
internal sealed class StagesOperation(RunKillLane lane) : RunOperation(lane)
{
    private string? _id;

    // With a key it is the same run, however often it is asked for.
    public override async Task RunAsync() =>
        _id ??= await Lane.StartAsync("fragile-stages", FragileData.RequestOf(FragileData.SmallBlob), $"tag={Mark}&idempotencyKey={Mark}");

    public override async Task<string> DescribeAsync()
    {
        Assert.Equal(_id, Assert.Single(await Lane.ListAsync(Mark)));
        return await DescribeAsync(Lane, _id!);
    }

    /// <summary>Tells of such a run, with what it wrote.</summary>
    public static async Task<string> DescribeAsync(RunKillLane lane, string id)
    {
        var output = await lane.Client.GetTextAsync($"api/runs/{id}/stages/1/output");
        var rejects = await lane.Client.GetTextAsync($"api/runs/{id}/stages/1/rejects");
        var file = (await lane.Blobs.GetBlobContainerClient("datasets").GetBlobClient($"{id}.csv").DownloadContentAsync()).Value.Content.ToString();
        return $"{await lane.DescribeAsync(id)}\noutput: {output}\nrejects: {rejects}\nfile: {file}";
    }
}
