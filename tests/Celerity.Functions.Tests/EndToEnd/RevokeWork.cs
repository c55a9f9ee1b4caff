using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A task that runs, two that wait and one that is purged are revoked.</summary>
internal sealed class RevokeWork(TaskKillLane lane) : TaskWork(lane)
{
    private string _running = "";
    private string _waiting = "";
    private int _purges;

    private string Tag => Round.Mark("tag");

    public override async Task PrepareAsync()
    {
        _waiting = await SendAsync("by-id", "");
        await SendAsync("by-tag", $"&tag={Tag}");
        Round.Expect(Round.Mark("running"), "running", state: "revoked");
        _running = await Round.SendAsync("running", "", does: "wait");
        await Lane.UntilAsync(async () => (await File.ReadAllTextAsync(Lane.AttemptsFile)).Contains(_running, StringComparison.Ordinal));
    }

    public override async Task RunAsync()
    {
        await Round.AskAsync("revoke-running", $"api/tasks/{_running}/revoke", "");
        await Round.AskAsync("revoke-id", $"api/tasks/{_waiting}/revoke", "");
        await Round.AskAsync("revoke-tag", "api/revocations", $$"""{"tag":"{{Tag}}"}""");
        await Lane.UntilAsync(() => Lane.IsEmptyAsync(TaskKillLane.Default));
        if (Round.AskedCount("purged") == 0)
        {
            await Lane.RunParkedAsync();
        }

        await SendAsync("purged", "");

        // What a purge that died had taken is seen again when its lease ends.
        await Lane.UntilAsync(async () =>
        {
            await Round.AskAsync($"purge-{_purges}", $"api/queues/{TaskKillLane.Parked}/purge", "");
            _purges++;
            return await Lane.IsEmptyAsync(TaskKillLane.Parked);
        });
    }

    public override async Task CheckAsync()
    {
        var attempts = await File.ReadAllTextAsync(Lane.AttemptsFile);
        Assert.All(["by-id", "by-tag", "purged"], name => Assert.DoesNotContain(Round.Mark(name) + " ", attempts, StringComparison.Ordinal));
    }

    private async Task<string> SendAsync(string name, string options)
    {
        Round.Expect(Round.Mark(name), name, state: "revoked");
        return await Round.SendAsync(name, $"queue={TaskKillLane.Parked}{options}");
    }
}
