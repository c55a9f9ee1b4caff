namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>What is done with a run that is held: unless it is said otherwise no chunk of it can run yet, for the queue is paused.</summary>
internal abstract class HeldOperation(RunKillLane lane) : RunOperation(lane)
{
    private const string Queue = $"api/queues/{RunKillLane.Chunks}";

    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    private bool _isQueueResumed;
    private bool _isResumeAsked;
    private bool _isResumed;

    protected string Id { get; set; } = "";

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

    /// <summary>Resumes the run, once something of it is held.</summary>
    protected async Task ResumeRunAsync()
    {
        if (_isResumed)
        {
            return;
        }

        // Who got no answer looks whether the app has heard: it may have moved all that was held.
        if (!_isResumeAsked || await IsSuspendedAsync())
        {
            await WaitUntilHeldAsync();
            _isResumeAsked = true;
            await ChangeAsync($"api/runs/{Id}/resume");
        }

        _isResumed = true;
    }

    /// <summary>Waits until what the run has can be taken from where it is held: whoever looks through that hides it for a while.</summary>
    protected Task WaitUntilHeldAsync() => Lane.UntilAsync(async () => (await Lane.Queue(RunKillLane.Held).PeekMessageAsync()).Value is not null);

    /// <summary>Lets the maintenance look through what is held until nothing can be left there.</summary>
    protected Task LookThroughAsync() => Lane.MaintainUntilAsync(Settled, async () => !await Lane.IsAnyNoteLeftAsync());

    private async Task<bool> IsSuspendedAsync() => (await Lane.Client.GetRunAsync(Id)).GetProperty("state").ValueEquals("suspended");
}
