namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A saga has done a step, waits for a person who says yes, fails in its next step, and undoes the first.</summary>
internal sealed class SagaOperation(RunKillLane lane) : StepsOperation(lane, "saga")
{
    private bool _isAnswered;

    public override async Task RunAsync()
    {
        await base.RunAsync();
        if (!_isAnswered)
        {
            await Lane.WaitUntilAskedAsync(Id!);
            await ChangeAsync($"api/runs/{Id}/approvals/go", new { approved = true, who = "somebody" });
            _isAnswered = true;
        }
    }
}
