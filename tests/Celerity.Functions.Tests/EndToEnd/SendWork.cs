namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Every way to send, each once: no task runs meanwhile.</summary>
internal sealed class SendWork(TaskKillLane lane) : TaskWork(lane)
{
    public override bool RunsTasks => false;

    public override async Task RunAsync()
    {
        await SendAsync("plain", "");
        await SendAsync("blob", "", filler: FragileData.Noise(1500));
        await SendAsync("idempotent", $"idempotencyKey={Round.Mark("i")}", isOnce: true);
        await SendAsync("unique", $"uniqueKey={Round.Mark("u")}", isOnce: true);
        await SendAsync("older", $"debounceKey={Round.Mark("d")}&debounceWindow=00:00:01", state: "discarded");
        await SendAsync("newer", $"debounceKey={Round.Mark("d")}&debounceWindow=00:00:01");
        await SendAsync("first", $"orderKey={Round.Mark("o")}");
        await SendAsync("second", $"orderKey={Round.Mark("o")}");
        await SendPackAsync();
        await GroupWork.SendAsync(Round);
    }

    public override Task CheckAsync() => CheckOrderAsync("first", "second");

    private async Task SendAsync(string name, string options, string state = "succeeded", string? filler = null, bool isOnce = false)
    {
        Round.Expect(Round.Mark(name), name, state, isOnce: isOnce);
        await Round.SendAsync(name, $"queue={TaskKillLane.Parked}&{options}", filler: filler);
    }
}
