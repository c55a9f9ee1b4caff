namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run was suspended while a chunk of it runs: that ends, the rest of its slice is put back, and the run is resumed.</summary>
internal sealed class PutBackOperation(RunKillLane lane) : HeldOperation(lane)
{
    // In the suspend itself others are killed.
    public override async Task PrepareAsync()
    {
        Id = await Lane.StartWaitingAsync();
        await ChangeAsync($"api/runs/{Id}/suspend");
    }

    public override async Task RunAsync()
    {
        Lane.LetGo();
        await ResumeRunAsync();
        await LookThroughAsync();
    }
}
