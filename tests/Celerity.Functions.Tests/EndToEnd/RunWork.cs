namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>What was sent runs: with retries, a deferral, a large payload and a large result, a pack, and what follows for the holders of keys.</summary>
internal sealed class RunWork(TaskKillLane lane) : TaskWork(lane)
{
    public override async Task PrepareAsync()
    {
        await SendAsync("retried", $"uniqueKey={Round.Mark("u")}", does: "fail twice", attempts: 3);
        await SendAsync("blob", "", filler: FragileData.Noise(1500));
        await SendAsync("first", $"orderKey={Round.Mark("o")}");
        await SendAsync("second", $"orderKey={Round.Mark("o")}", does: "snooze once", deferrals: 1);
        await SendAsync("older", $"debounceKey={Round.Mark("d")}&debounceWindow=00:00:00.001", state: "discarded");
        await SendAsync("newer", $"debounceKey={Round.Mark("d")}&debounceWindow=00:00:00.001");
        await SendPackAsync();
    }

    public override Task RunAsync() => Lane.RunParkedAsync();

    public override Task CheckAsync() => CheckOrderAsync("first", "second");

    private async Task SendAsync(
        string name, string options, string state = "succeeded", string? does = null, string? filler = null, int attempts = 1, int deferrals = 0)
    {
        Round.Expect(Round.Mark(name), name, state, attempts: attempts, deferrals: deferrals);
        await Round.SendAsync(name, $"queue={TaskKillLane.Parked}&{options}", does, filler);
    }
}
