using System.Text.Json;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>
/// A circuit is opened and two tasks that need it are held; it is left to itself, a round of maintenance moves one back, which is the probe and closes it;
/// and later rounds move the other.
/// </summary>
internal sealed class CircuitWork(TaskKillLane lane) : TaskWork(lane)
{
    public override async Task PrepareAsync()
    {
        foreach (var name in new[] { "probe", "other" })
        {
            Round.Expect(Round.Mark(name), name);
            await Round.SendAsync(name, $"queue={TaskKillLane.Parked}", task: "guarded.work");
        }
    }

    public override async Task RunAsync()
    {
        await ChangeAsync("open");
        await Lane.RunParkedAsync();
        await ChangeAsync("automatic");
        await Lane.MaintainToItsEndAsync();
        await Lane.RunParkedAsync();
    }

    public override async Task CheckAsync()
    {
        using var circuit = await GetAsync("api/circuits/guarded");
        Assert.Equal("closed", circuit.RootElement.GetProperty("state").GetString());
        using var audit = await GetAsync("api/audit");
        var changes = audit.RootElement.GetProperty("records").EnumerateArray()
            .Where(record => record.GetProperty("why").GetString() == Round.Mark("circuit"))
            .Select(record => record.GetProperty("what").GetString());
        Assert.Equal(["circuit.automatic", "circuit.force-open"], changes);
    }

    private async Task ChangeAsync(string verb) => await Round.AskAsync(
        verb, $"api/circuits/guarded/{verb}", JsonSerializer.Serialize(new { who = "test", why = Round.Mark("circuit") }));

    private async Task<JsonDocument> GetAsync(string path)
    {
        using var response = await Lane.Client.GetAsync(path);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync());
    }
}
