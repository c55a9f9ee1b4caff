using System.Text;
using Celerity.DeadLetters;
using Celerity.Retry;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.DeadLetters;

public sealed class DeadLetterListTests
{
    private static readonly string[] Names = ["orders.ship", "orders.pay", "mail.send"];

    private readonly LetterBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_EveryFilter_GivesWhatFitsAndNothingElse()
    {
        var all = await AddAsync(60);
        (DeadLetterFilter Filter, Func<DeadLetter, bool> Fits)[] filters =
        [
            (new(), _ => true),
            (new() { Task = "orders.*" }, letter => letter.Task!.StartsWith("orders.", StringComparison.Ordinal)),
            (new() { Task = "MAIL.send" }, letter => letter.Task == "mail.send"),
            (new() { Category = ErrorCategory.TimedOut }, letter => letter.Category == ErrorCategory.TimedOut),
            (new() { Severity = Severity.Critical }, letter => letter.Severity == Severity.Critical),
            (new() { Queue = "celerity-low" }, letter => letter.Queue == "celerity-low"),
            (new() { Run = "r1" }, letter => letter.Run == "r1"),
            (new() { State = DeadLetterState.Replayed }, _ => false),
            (new() { Since = TaskSimulation.Start.AddSeconds(20.5) }, letter => letter.At >= TaskSimulation.Start.AddSeconds(20.5)),
            (new() { Before = TaskSimulation.Start.AddSeconds(20.5) }, letter => letter.At < TaskSimulation.Start.AddSeconds(20.5)),
            (new() { Group = all[5].Group }, letter => letter.Group == all[5].Group),
            (new() { Exception = "System.TimeoutException" }, letter => letter.Failures[^1].Type == "System.TimeoutException"),
        ];
        foreach (var (filter, fits) in filters)
        {
            foreach (var limit in new[] { 1, 7, 200 })
            {
                var listed = await ListAsync(filter, limit);
                Assert.Equal(all.Where(fits).Select(letter => letter.Id).Order(), listed.Select(letter => letter.Id).Order());
                Assert.All(
                    listed.Zip(listed.Skip(1)).Where(pair => pair.First.Group == pair.Second.Group),
                    pair => Assert.True(pair.First.At >= pair.Second.At.AddSeconds(-1), "the newest comes first"));
            }
        }
    }

    [Fact]
    public async Task ListGroups_ComesByPain_WithFiguresAndTrend()
    {
        await AddAsync(60);
        _bench.Tasks.Time.Advance(TimeSpan.FromHours(2));
        await _bench.MaintainAsync();

        var page = await _bench.Letters().ListGroupsAsync(cancellationToken: Cancel);

        Assert.Equal((6, 60), (page.Count, page.Open));
        Assert.Equal(Severity.Critical, page.Groups[0].Severity);
        Assert.All(page.Groups, group =>
        {
            Assert.Equal((10, 10), (group.Open, group.Total));
            Assert.Equal(10, group.LastDay.Sum());
            Assert.Equal(10, group.LastDay[^3]);
        });
        Assert.Equal(2, (await _bench.Letters().ListGroupsAsync(new DeadLetterFilter { Task = "mail.*" }, cancellationToken: Cancel)).Count);
    }

    [Fact]
    public async Task List_AHundredThousand_CostsAFewRequestsAPage()
    {
        // 100 groups, and 100,000 letters that nobody reads: counted by the seam calls of each page.
        var store = _bench.Tasks.Worker().GetRequiredService<DeadLetterStore>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 20_000), Cancel, async (number, _) =>
            await store.AddAsync(Record(number) with { Reason = $"broken in {(char)('a' + (number % 20))}" }, CancellationToken.None));
        var plan = new FaultPlan();
        var letters = _bench.Letters(plan);

        await letters.ListGroupsAsync(cancellationToken: Cancel);
        Assert.Single(plan.Calls);
        var before = plan.Calls.Count;
        var page = await letters.ListAsync(limit: 200, cancellationToken: Cancel);
        Assert.Equal(200, page.Letters.Count);
        Assert.Equal(2, plan.Calls.Count - before);
        before = plan.Calls.Count;
        page = await letters.ListAsync(new DeadLetterFilter { Run = "nowhere" }, cancellationToken: Cancel);
        Assert.Empty(page.Letters);
        Assert.InRange(plan.Calls.Count - before, 1, 20);
        Assert.NotNull(page.Next);
    }

    [Fact]
    public async Task Upkeep_AfterThirtyDays_DropsLettersAndTheirGroup()
    {
        await AddAsync(250, name: "orders.ship");
        await _bench.Tasks.Worker().GetRequiredService<DeadLetterStore>().AddAsync(
            Record(1000) with { At = TaskSimulation.Start.AddDays(10), Body = new byte[70_000] }, CancellationToken.None);
        for (var day = 0; day < 32; day++)
        {
            _bench.Tasks.Time.Advance(TimeSpan.FromDays(1));
            await _bench.MaintainAsync();
            _bench.Tasks.Time.Advance(TimeSpan.FromMinutes(20));
            await _bench.MaintainAsync();
        }

        var group = Assert.Single((await _bench.Letters().ListGroupsAsync(cancellationToken: Cancel)).Groups);
        Assert.Equal((1, 1), (group.Open, group.Total));

        for (var day = 0; day < 12; day++)
        {
            _bench.Tasks.Time.Advance(TimeSpan.FromDays(1));
            await _bench.MaintainAsync();
            _bench.Tasks.Time.Advance(TimeSpan.FromMinutes(20));
            await _bench.MaintainAsync();
        }

        Assert.Equal(0, _bench.Tasks.Storage.Tables.Count(Storage.StorageNames.DeadLettersTable));
    }

    [Fact]
    public async Task Upkeep_ProcessDiesBeforeItCounts_GroupIsCountedAllTheSame()
    {
        await AddAsync(3, name: "orders.ship");
        await _bench.MaintainAsync();
        _bench.Tasks.Time.Advance(TimeSpan.FromMinutes(1));

        // No announcement for these: the first one holds for ten minutes.
        await AddAsync(3, name: "orders.ship", from: 100);
        _bench.Tasks.Time.Advance(TimeSpan.FromMinutes(9));
        await _bench.MaintainAsync();

        Assert.Equal(6, (await _bench.Letters().ListGroupsAsync(cancellationToken: Cancel)).Open);
    }

    [Fact]
    public async Task Upkeep_LetterAfterAQuietTime_IsCounted()
    {
        await AddAsync(3, name: "orders.ship");
        for (var minute = 0; minute < 30; minute++)
        {
            _bench.Tasks.Time.Advance(TimeSpan.FromMinutes(1));
            await _bench.MaintainAsync();
        }

        await AddAsync(3, name: "orders.ship", from: 100);
        await _bench.MaintainAsync();

        Assert.Equal(6, (await _bench.Letters().ListGroupsAsync(cancellationToken: Cancel)).Open);
    }

    [Fact]
    public async Task Export_ThenImportElsewhere_KeepsThemAsTheyWere()
    {
        await _bench.DieAsync(0, 30);
        using var file = new MemoryStream();
        await DeadLetterText.WriteNdjsonAsync(_bench.Letters().ExportAsync(cancellationToken: Cancel), file, Cancel);
        var other = new LetterBench();

        Assert.Equal(30, await other.Letters().ImportAsync(DeadLetterText.ReadNdjsonAsync(file.ToArray()), Cancel));
        Assert.Equal(30, await other.Letters().ImportAsync(DeadLetterText.ReadNdjsonAsync(file.ToArray()), Cancel));

        using var again = new MemoryStream();
        await DeadLetterText.WriteNdjsonAsync(other.Letters().ExportAsync(cancellationToken: Cancel), again, Cancel);
        Assert.Equal(Encoding.UTF8.GetString(file.ToArray()), Encoding.UTF8.GetString(again.ToArray()));
        Assert.Equal(30, (await other.OnlyGroupAsync()).Open);
        other.Tasks.Script.Run = _ => TaskOutcome.Completed;
        Assert.Equal(1, (await other.Letters().ReplayAsync((await other.Letters().ListAsync(cancellationToken: Cancel)).Letters[0].Id, new ReplayOptions(), LetterBench.Note, Cancel)).Done);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("""{"id":"x"}""")]
    [InlineData("""{"id":"x","group":"../..","kind":"task","subjectId":"t","state":"open","queue":"q","category":"permanent","severity":"low","reason":"r","at":"2026-01-01T00:00:00Z","host":"h","message":"e30="}""")]
    [InlineData("""{"id":"x","group":"0123456789abcdef","kind":"task","subjectId":"t","state":"open","queue":"q","category":"permanent","severity":"low","reason":"r","at":"2026-01-01T00:00:00Z","host":"h"}""")]
    [InlineData("""{"id":"x","group":"0123456789abcdef","kind":"task","subjectId":"t","state":"open","queue":"q","category":"permanent","severity":"low","reason":"r","at":"2026-01-01T00:00:00Z","host":"h","message":"e30=","task":"LONG"}""")]
    public async Task Import_WhatIsNoLetter_IsCoded(string line)
    {
        var refusal = await Assert.ThrowsAsync<CelerityException>(
            () => _bench.Letters().ImportAsync(DeadLetterText.ReadNdjsonAsync(Encoding.UTF8.GetBytes("\n" + line.Replace("LONG", new string('x', 40_000), StringComparison.Ordinal) + "\n")), Cancel));

        Assert.Equal(ErrorCodes.BadDeadLetter, refusal.Code);
        Assert.Empty(await _bench.Tasks.DeadLettersAsync());
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("a,\"b\"\r\nc", "\"a,\"\"b\"\"\r\nc\"")]
    [InlineData(null, "")]
    public void Csv_AField_IsNoFormula(string? text, string expected) => Assert.Equal(expected, DeadLetterText.Field(text));

    private async Task<List<DeadLetter>> ListAsync(DeadLetterFilter filter, int limit)
    {
        var listed = new List<DeadLetter>();
        for (string? after = null; ;)
        {
            var page = await _bench.Letters().ListAsync(filter, after, limit, Cancel);
            listed.AddRange(page.Letters);
            if ((after = page.Next) is null)
            {
                return listed;
            }
        }
    }

    private async Task<List<DeadLetter>> AddAsync(int count, string? name = null, int from = 0)
    {
        var store = _bench.Tasks.Worker().GetRequiredService<DeadLetterStore>();
        var added = new List<DeadLetter>();
        for (var number = from; number < from + count; number++)
        {
            var record = Record(number);
            record = name is null ? record : record with { Task = name };
            await store.AddAsync(record, CancellationToken.None);
            added.Add((await store.FindAsync(record.Key, CancellationToken.None))!.Letter);
        }

        return added;
    }

    private static DeadLetterRecord Record(int number) => new()
    {
        Id = $"t{number}",
        Kind = DeadLetterKind.Task,
        Task = Names[number % 3],
        Queue = number % 4 == 0 ? "celerity-low" : "celerity-default",
        Category = number % 2 == 0 ? ErrorCategory.TimedOut : ErrorCategory.Crashed,
        Reason = $"order {number} is broken",
        At = TaskSimulation.Start.AddSeconds(number),
        Host = "h",
        Run = number % 5 == 0 ? "r1" : null,
        Body = "{}"u8.ToArray(),
        Failures =
        [
            new FailureRecord(1, ErrorCategory.TimedOut, number % 2 == 0 ? "System.TimeoutException" : "", "slow", TaskSimulation.Start.AddSeconds(number), "h"),
        ],
    };
}
