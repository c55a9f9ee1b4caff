namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run of two stages is started again from its second: the first, with what it wrote, is taken over.</summary>
internal sealed class RestartOperation(RunKillLane lane) : RunOperation(lane)
{
    private string _id = "";

    public override async Task PrepareAsync()
    {
        _id = await Lane.StartAsync("fragile-stages", FragileData.RequestOf(FragileData.SmallBlob));
        await Lane.WaitUntilQuietAsync();
    }

    // A client that got no answer looks whether it was heard.
    public override async Task RunAsync()
    {
        if ((await Lane.Client.GetRunAsync(_id)).GetProperty("generation").GetInt32() == 1)
        {
            await ChangeAsync($"api/runs/{_id}/restart?stage=2");
        }
    }

    public override Task<string> DescribeAsync() => StagesOperation.DescribeAsync(Lane, _id);
}
