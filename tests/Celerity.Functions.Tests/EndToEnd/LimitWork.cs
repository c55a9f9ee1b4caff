using System.Text.Json;
using Azure.Data.Tables;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>
/// A queue is paused and what comes is moved aside, alone and as a pack; it is resumed and what was held runs, a mutex among it; and of two tasks
/// with a rate limit the second is deferred to its instant.
/// </summary>
internal sealed class LimitWork(TaskKillLane lane) : TaskWork(lane)
{
    private static readonly TimeSpan SlotLease = TimeSpan.FromMinutes(1);

    private bool _hasBegun;

    public override async Task PrepareAsync()
    {
        Round.Expect(Round.Mark("mutex"), "mutex");
        await Round.SendAsync("mutex", $"queue={TaskKillLane.Parked}", task: "mutex.work");
        await SendPackAsync();
    }

    public override async Task RunAsync()
    {
        // A process that has died holds its slot to the end of its lease.
        if (_hasBegun)
        {
            Lane.Advance(SlotLease);
        }

        _hasBegun = true;
        await ChangeAsync("pause");
        await Lane.RunParkedAsync();
        await ChangeAsync("resume");
        await SendLimitedAsync();
        await Lane.RunParkedAsync();
    }

    public override async Task CheckAsync()
    {
        Assert.Equal(["queue.resume", "queue.pause"], await ListAuditAsync());

        // Whoever took the slot gave it back before its task had ended, or has died, and then the next one took it over.
        var slots = await Lane.Table("CelerityLimits").QueryAsync<TableEntity>("PartitionKey ge 'slots:' and PartitionKey lt 'slots;'").ToListAsync();
        Assert.Empty(slots.Select(slot => $"{slot.PartitionKey} {slot["until"]}"));
    }

    private async Task ChangeAsync(string verb) => await Round.AskAsync(
        verb, $"api/queues/{TaskKillLane.Default}/{verb}", JsonSerializer.Serialize(new { who = "test", why = Round.Mark("limits") }));

    private async Task SendLimitedAsync()
    {
        string[] marks = [Round.Mark("now"), Round.Mark("later")];
        Array.ForEach(marks, mark => Round.Expect(mark, "limited"));
        await Round.AskAsync("limited", "api/batches", string.Join('\n', marks.Select(mark =>
            JsonSerializer.Serialize(new { task = "limited.work", payload = new { mark } }))));
    }

    private async Task<IReadOnlyList<string?>> ListAuditAsync()
    {
        using var response = await Lane.Client.GetAsync("api/audit");
        using var audit = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return [.. audit.RootElement.GetProperty("records").EnumerateArray()
            .Where(record => record.GetProperty("why").GetString() == Round.Mark("limits"))
            .Select(record => record.GetProperty("what").GetString())];
    }
}
