namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run is cancelled whose chunks are held, and these are let go.</summary>
internal sealed class CancelOperation(RunKillLane lane) : HeldOperation(lane)
{
    private bool _isCancelled;

    public override async Task RunAsync()
    {
        if (!_isCancelled)
        {
            await ChangeAsync($"api/runs/{Id}/cancel");
            _isCancelled = true;
        }

        await ResumeQueueAsync();
        await LookThroughAsync();
    }
}
