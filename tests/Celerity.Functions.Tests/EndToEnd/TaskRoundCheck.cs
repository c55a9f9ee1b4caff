using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Holds what is stored of a work against what was expected of it.</summary>
/// <param name="lane">The lane.</param>
/// <param name="canCrash">Whether the process may have died while it ran a task, so that one message has crashed once: up to two tasks, in a pack.</param>
internal sealed class TaskRoundCheck(TaskKillLane lane, bool canCrash)
{
    private const int PackCount = 2;

    private readonly TaskRound _round = lane.Round;
    private int _crashed;

    public async Task RunAsync()
    {
        var attempts = (await File.ReadAllLinesAsync(lane.AttemptsFile))
            .Select(line => line.Split(' '))
            .ToLookup(words => words[0], words => (Id: words[1], Attempt: int.Parse(words[2])));
        var dead = new HashSet<string>();
        foreach (var expected in _round.Expected)
        {
            dead.UnionWith(await CheckAsync(expected, [.. attempts[expected.Mark]]));
        }

        await CheckEachTaskHasEndedAsync();
        await CheckDeadLettersAsync(dead);
        foreach (var queue in new[] { TaskKillLane.Default, TaskKillLane.Held, TaskKillLane.Parked, TaskKillLane.ParkedHeld, TaskKillLane.Poison })
        {
            Assert.True(await lane.IsEmptyAsync(queue), $"{queue} is not empty.");
        }

        // No key outlives its task, but for the number of the last ticket of a line; nor do the messages of a group outlive it.
        var keys = await lane.Table("CelerityKeys").QueryAsync<TableEntity>("PartitionKey lt 'o-' or PartitionKey ge 'o.'").ToListAsync();
        Assert.Empty(keys.Select(key => $"{key.PartitionKey} {key.GetString("id")}"));
        Assert.Empty(await lane.ListBlobsAsync("celerity-payloads", "groups/"));
    }

    private async Task<IEnumerable<string>> CheckAsync(ExpectedTask expected, List<(string Id, int Attempt)> attempts)
    {
        var answered = _round.FindAnswered(expected.Mark);
        var ids = attempts.Select(attempt => attempt.Id).Append(answered).OfType<string>().Distinct().ToList();
        var most = expected.IsOnce ? 1 : expected.Copies * _round.AskedCount(expected.By);
        Assert.True(ids.Count >= 1 && ids.Count <= most, $"{expected.Mark} is {ids.Count} tasks: {string.Join(' ', ids)}; it was sent {most} times.");
        foreach (var id in ids)
        {
            using var response = await lane.Client.GetAsync($"api/tasks/{id}");
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{expected.Mark}: {text}");
            var task = JsonDocument.Parse(text).RootElement;
            var state = task.GetProperty("state").GetString();

            // A debounced send that got no answer is an older one than its repetition, unless the sweep comes to it after that has run.
            var isDouble = ids.Count > 1 && id != answered;
            Assert.True(state == expected.State || (isDouble && IsOfADebounce(expected.State, state)), $"{expected.Mark} ended so: {Shorten(text)}");
            if (state == "succeeded")
            {
                Assert.Equal(expected.Text, task.GetProperty("result").GetProperty("text").GetString());
            }

            var crashes = task.GetProperty("crashes").GetInt32();
            _crashed += crashes;
            Assert.True(crashes <= (canCrash ? 1 : 0) && _crashed <= PackCount, $"{expected.Mark} has {crashes} crashes, with others {_crashed}: {Shorten(text)}");
            Assert.True(state == "discarded" || task.GetProperty("attempt").GetInt32() == expected.Attempts, $"{expected.Mark} has other attempts: {Shorten(text)}");
            Assert.All(
                attempts.Where(attempt => attempt.Id == id).CountBy(attempt => attempt.Attempt),
                made => Assert.True(made.Value <= 1 + expected.Deferrals + crashes, $"{expected.Mark}: attempt {made.Key} ran {made.Value} times with {crashes} crashes."));
        }

        return expected.State == "deadLettered" ? ids : [];
    }

    private static bool IsOfADebounce(string expected, string? state) => (expected, state) is ("discarded", "succeeded") or ("succeeded", "discarded");

    // Also those of which nobody was told.
    private async Task CheckEachTaskHasEndedAsync()
    {
        var rows = await ChangedAsync("CelerityTasks");
        var ended = rows.Where(row => row.RowKey.EndsWith(":control", StringComparison.Ordinal) && row.ContainsKey("endedAt")).Select(IdOf).ToHashSet();
        Assert.Empty(rows.Where(row => !ended.Contains(IdOf(row))).Select(row => $"{row.RowKey} {row["state"]}"));

        static string IdOf(TableEntity row) => row.RowKey[..row.RowKey.LastIndexOf(':')];
    }

    private async Task CheckDeadLettersAsync(HashSet<string> expected)
    {
        var rows = await ChangedAsync("CelerityDeadLetters");
        Assert.Equal(expected.Order(), rows.Where(row => row.GetString("kind") == "task").Select(row => row.GetString("id")).Order());
        Assert.Equal(_round.Undecodable, rows.Count(row => row.GetString("kind") == "message"));
    }

    private async Task<List<TableEntity>> ChangedAsync(string table) =>
        await lane.Table(table).QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"Timestamp ge {_round.StartedAt}")).ToListAsync();

    private static string Shorten(string text) => text.Length <= 1000 ? text : text[..1000];
}
