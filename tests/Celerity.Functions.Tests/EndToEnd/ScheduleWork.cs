using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>
/// Two schedules, made over HTTP, have each been due twice when the next round comes: one fires for both at once, the other lets the second wait for the end of the
/// first. Their intervals begin and end with the work, so that what is due does not depend on how long anything takes.
/// </summary>
internal sealed class ScheduleWork(TaskKillLane lane) : TaskWork(lane)
{
    private const int DueTimes = 2;

    private static readonly string[] Policies = ["allow", "queue"];

    public override async Task PrepareAsync()
    {
        var start = TimeProvider.System.GetUtcNow() + Lane.Ahead + TimeSpan.FromHours(1);
        foreach (var overlap in Policies)
        {
            Round.Expect(Round.Mark(overlap), overlap, copies: DueTimes);
            Round.NoteAsked(overlap);
            var body = JsonSerializer.Serialize(new
            {
                every = "01:00:00",
                startAt = start,
                endAt = start.AddHours(DueTimes - 0.5),
                missed = "runAll",
                overlap,
                task = "parked.work",
                payload = new { mark = Round.Mark(overlap) },
            });
            using var response = await Lane.Client.PutTextAsync($"api/schedules/{Round.Mark(overlap)}", body);
            Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        }

        Lane.Advance(TimeSpan.FromHours(DueTimes + 1));
    }

    public override async Task RunAsync()
    {
        await RunRoundAsync("waiting");
        await Lane.RunParkedAsync();
        await RunRoundAsync(null);
        await Lane.RunParkedAsync();
    }

    public override async Task CheckAsync()
    {
        var attempts = (await File.ReadAllLinesAsync(Lane.AttemptsFile)).Select(line => line.Split(' ')).ToLookup(words => words[0], words => words[1]);
        foreach (var overlap in Policies)
        {
            using var response = await Lane.Client.GetAsync($"api/schedules/{Round.Mark(overlap)}");
            var firings = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("firings").EnumerateArray().ToList();
            Assert.Equal(["fired", "fired"], firings.Select(firing => firing.GetProperty("kind").GetString()));
            Assert.Equal(DueTimes, firings.Select(firing => firing.GetProperty("dueAt").GetDateTimeOffset()).Distinct().Count());
            Assert.Equal(firings.Select(firing => firing.GetProperty("id").GetString()!).Order(), attempts[Round.Mark(overlap)].Distinct().Order());
        }
    }

    // Until both are as they are to be; what has been done is not done again.
    private async Task RunRoundAsync(string? waits)
    {
        if (!await IsDoneAsync(waits))
        {
            await Lane.RunSchedulesAsync();
            await Lane.UntilAsync(() => IsDoneAsync(waits));
        }
    }

    private async Task<bool> IsDoneAsync(string? waits)
    {
        foreach (var overlap in Policies)
        {
            var row = (await Lane.Table("CelerityControl").GetEntityAsync<TableEntity>("controls", $"A-Schedule:{Round.Mark(overlap)}")).Value;
            var isSettled = !row.ContainsKey("open") && row.GetDateTimeOffset("lastDueAt") is not null;
            var hasWaited = overlap != "queue" || !row.ContainsKey("waiting");
            var isDue = row.GetDateTimeOffset("cursor") < row.GetDateTimeOffset("at") - TimeSpan.FromHours(DueTimes);
            if (!isSettled || isDue || (waits is null && !hasWaited))
            {
                return false;
            }
        }

        return true;
    }
}
