namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run is suspended, what it has is held although its queue goes on, and the run is resumed.</summary>
internal sealed class SuspendOperation(RunKillLane lane) : HeldOperation(lane)
{
    private bool _isSuspended;
    private bool _isResumeAsked;
    private bool _isResumed;

    public override async Task RunAsync()
    {
        if (!_isSuspended)
        {
            await ChangeAsync($"api/runs/{Id}/suspend");
            _isSuspended = true;
        }

        await ResumeQueueAsync();
        if (!_isResumed)
        {
            // Who got no answer looks whether the app has heard: it may have moved all that was held.
            if (!_isResumeAsked || await IsSuspendedAsync())
            {
                await WaitUntilHeldAsync();
                _isResumeAsked = true;
                await ChangeAsync($"api/runs/{Id}/resume");
            }

            _isResumed = true;
        }

        await LookThroughAsync();
    }

    private async Task<bool> IsSuspendedAsync() => (await Lane.Client.GetRunAsync(Id)).GetProperty("state").ValueEquals("suspended");
}
