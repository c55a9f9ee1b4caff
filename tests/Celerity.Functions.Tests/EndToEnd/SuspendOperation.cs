namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run is suspended, what it has is held although its queue goes on, and the run is resumed.</summary>
internal sealed class SuspendOperation(RunKillLane lane) : HeldOperation(lane)
{
    private bool _isSuspended;

    public override async Task RunAsync()
    {
        if (!_isSuspended)
        {
            await ChangeAsync($"api/runs/{Id}/suspend");
            _isSuspended = true;
        }

        await ResumeQueueAsync();
        await ResumeRunAsync();
        await LookThroughAsync();
    }
}
