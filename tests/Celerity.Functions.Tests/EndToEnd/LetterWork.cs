using System.Text.Json;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Two tasks have died: one is replayed by its id with another payload, the other by an action of its filter, and dies again.</summary>
internal sealed class LetterWork(TaskKillLane lane) : TaskWork(lane)
{
    private const int OnceMore = 2;

    private string _one = "";
    private JsonElement _many;

    public override async Task PrepareAsync()
    {
        Round.Expect(Round.Mark("one"), "one", "deadLettered");
        Round.Expect(Round.Mark("many"), "many", "deadLettered", copies: OnceMore);
        _one = await Round.SendAsync("one", $"queue={TaskKillLane.Parked}", does: "die");
        var many = await Round.SendAsync("many", $"queue={TaskKillLane.Parked}", does: "die");
        await Lane.RunParkedAsync();
        using var response = await Lane.Client.GetAsync($"api/dead-letters/{many}");
        _many = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    public override async Task RunAsync()
    {
        Round.Expect(Round.Mark("again"), "replay", isOnce: true);
        await ReplayAsync();
        var filter = new { group = _many.GetProperty("group").GetString(), since = _many.GetProperty("at").GetDateTimeOffset() };
        var action = await Round.AskAsync("replays", "api/dead-letter-replays", JsonSerializer.Serialize(new { filter }));
        await Lane.WaitForActionAsync(action.GetProperty("id").GetString()!);
        await Lane.RunParkedAsync();
    }

    public override async Task CheckAsync()
    {
        var ids = (await File.ReadAllLinesAsync(Lane.AttemptsFile)).Select(line => line.Split(' ')).Where(words => words[0] == Round.Mark("many")).Select(words => words[1]);
        Assert.Equal(OnceMore, ids.Distinct().Count());
        using var response = await Lane.Client.GetAsync("api/audit");
        var audit = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("records").EnumerateArray();

        // Each request that was stored is told of, whoever has had no answer and asks again; one of them replays.
        Assert.InRange(audit.Count(record => record.GetProperty("why").GetString() == Round.Mark("again")), 1, Round.AskedCount("replay"));
    }

    // Asked again after it has happened it is refused, and says as which task the letter was replayed.
    private async Task ReplayAsync()
    {
        try
        {
            var body = JsonSerializer.Serialize(new { payload = new { mark = Round.Mark("again") }, why = Round.Mark("again") });
            await Round.AskAsync("replay", $"api/dead-letters/{_one}/replay", body);
        }
        catch (InvalidOperationException refusal) when (refusal.Message.Contains("CEL0341", StringComparison.Ordinal))
        {
        }
    }
}
