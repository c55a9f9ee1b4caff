namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>What is done with a run of which no chunk can run yet, for the queue is paused: all that it has is held.</summary>
internal abstract class HeldOperation(RunKillLane lane) : RunOperation(lane)
{
    private const string Queue = $"api/queues/{RunKillLane.Chunks}";

    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    private bool _isQueueResumed;

    protected string Id { get; private set; } = "";

    public override async Task PrepareAsync()
    {
        await ChangeAsync($"{Queue}/pause");
        Id = await Lane.StartAsync("fragile", FragileData.RequestOf(FragileData.SmallBlob, FragileData.SmallRecords));
        await WaitUntilHeldAsync();
    }

    public override Task<string> DescribeAsync() => Lane.DescribeAsync(Id);

    protected async Task ResumeQueueAsync()
    {
        if (!_isQueueResumed)
        {
            await ChangeAsync($"{Queue}/resume");
            _isQueueResumed = true;
        }
    }

    /// <summary>Waits until what the run has can be taken from where it is held: whoever looks through that hides it for a while.</summary>
    protected Task WaitUntilHeldAsync() => Lane.UntilAsync(async () => (await Lane.Queue(RunKillLane.Held).PeekMessageAsync()).Value is not null);

    /// <summary>Lets the maintenance look through what is held until nothing can be left there.</summary>
    protected Task LookThroughAsync() => Lane.MaintainUntilAsync(Settled, async () => !await Lane.IsAnyNoteLeftAsync());
}
