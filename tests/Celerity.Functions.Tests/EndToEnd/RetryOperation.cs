namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run that has ended with a dead chunk is started again, as its second generation.</summary>
internal sealed class RetryOperation(RunKillLane lane) : RunOperation(lane)
{
    private string _id = "";

    public override async Task PrepareAsync()
    {
        await File.WriteAllTextAsync(Lane.FailOnceFile, "");
        _id = await Lane.StartAsync("fragile", FragileData.Request);
        await Lane.WaitUntilQuietAsync();
    }

    // A client that got no answer looks whether it was heard.
    public override async Task RunAsync()
    {
        if ((await Lane.Client.GetRunAsync(_id)).GetProperty("generation").GetInt32() == 1)
        {
            await ChangeAsync($"api/runs/{_id}/retry-failed");
        }
    }

    public override Task<string> DescribeAsync() => Lane.DescribeAsync(_id);
}
