namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run is cancelled while a chunk of it runs, which does not end by itself.</summary>
internal sealed class BreakOffOperation(RunKillLane lane) : RunOperation(lane)
{
    private string _id = "";
    private bool _isCancelled;

    public override async Task PrepareAsync() => _id = await Lane.StartWaitingAsync();

    public override async Task RunAsync()
    {
        if (!_isCancelled)
        {
            await ChangeAsync($"api/runs/{_id}/cancel");
            _isCancelled = true;
        }
    }

    public override Task<string> DescribeAsync() => Lane.DescribeAsync(_id);
}
