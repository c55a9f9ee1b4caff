namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run is cancelled whose saga has done a step and waits for a person: the step is undone.</summary>
internal sealed class UndoOperation(RunKillLane lane) : StepsOperation(lane, "saga")
{
    private bool _isCancelled;

    // Up to the approval others are killed.
    public override async Task PrepareAsync()
    {
        await StartAsync();
        await Lane.WaitUntilAskedAsync(Id!);
    }

    public override async Task RunAsync()
    {
        if (!_isCancelled)
        {
            await ChangeAsync($"api/runs/{Id}/cancel");
            _isCancelled = true;
        }
    }
}
