using Celerity.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Celerity.Functions.Tests.Compositions.CompositionBench;

namespace Celerity.Functions.Tests.Compositions;

/// <summary>Each composition in the app itself, on the virtual clock: HTTP, orchestrations, queues.</summary>
public sealed class CompositionTests
{
    [Fact]
    public async Task EachForm_GivesItsResultOrItsFailure()
    {
        await using var bench = await StartAsync();
        var begun = bench.Host.Now;
        foreach (var (form, bad, came, ran) in new[]
        {
            ("task", "", ("succeeded", "10"), "a1"),
            ("group", "", ("succeeded", "[10,20,30]"), "a1 a2 a3"),
            ("chain", "", ("succeeded", "12"), "a1 a2 a3"),
            ("chord", "", ("succeeded", "60"), "a1 a2 a3 sum"),
            ("map", "", ("succeeded", "[10,20,30]"), "m1 m2 m3"),
            ("starmap", "", ("succeeded", "[10,20,30]"), "s1-1 s2-2 s3-3"),
            ("chunks", "", ("succeeded", "[3,3]"), "c c"),
            ("sub", "", ("succeeded", "[10,20,30]"), "a1 a2 a3"),
            ("saga", "", ("succeeded", "\"booked\""), "book1 book2 book3"),
            ("task", "a1", ("failed", "CEL0350"), "a1 alas"),
            ("group", "a2", ("failed", "CEL0350"), "a1 a2 a3 alas"),
            ("chain", "a2", ("failed", "CEL0350"), "a1 a2"),
            ("chord", "a2", ("failed", "CEL0350"), "a1 a2 a3 alas"),
            ("chord", "sum", ("failed", "CEL0350"), "a1 a2 a3 alas sum"),
            ("sub", "a2", ("failed", "CEL0357"), "a1 a2 a3 alas"),
        })
        {
            bench.Book.Ran.Clear();
            bench.Book.Bad.Clear();
            bench.Book.Bad.Add(bad);

            var run = await bench.RunAsync(new { form });

            Assert.Equal((form, bad, came, ran), (form, bad, Came(run), string.Join(' ', bench.Book.Ran.Order())));
        }

        // Each end wakes whoever waits for it: none has waited for its next look.
        Assert.Equal(begun, bench.Host.Now);
    }

    [Theory]
    [InlineData("chord", 1, "40")]
    [InlineData("group", 1, "[10,null,30]")]
    [InlineData("sub", 1, "[10,null,30]")]
    [InlineData("caught", 0, "\"none\"")]
    public async Task Run_ThatWentOnFromAFailedTask_SucceedsWithErrors(string form, int maxFailed, string result)
    {
        await using var bench = await StartAsync();
        bench.Book.Bad.Add(form == "caught" ? "a1" : "a2");

        var run = await bench.RunAsync(new { form, maxFailed });

        Assert.Equal(("succeededWithErrors", result), Came(run));
        Assert.All((await bench.GetAsync("runs")).GetProperty("runs").EnumerateArray(), one => Assert.Equal("succeededWithErrors", Text(one, "state")));
    }

    [Fact]
    public async Task Run_ThatWentOnFromAFailedTask_ACrashBeforeItsEnd_SucceedsWithErrors_AndCanBeRetried()
    {
        await using var bench = await StartAsync();
        bench.Book.Bad.Add("a2");
        var id = await bench.BeginAsync(new { form = "group and approval", maxFailed = 1 });
        await bench.UntilAsync(async () => (await bench.GetAsync($"runs/{id}/approvals")).GetProperty("approvals").GetArrayLength() > 0);
        await bench.Host.CrashAsync();
        await bench.ReadyAsync();
        await bench.PostAsync($"runs/{id}/approvals/publish", new { approved = true, who = "ada" });

        Assert.Equal(("succeededWithErrors", "[10,null,30]"), Came(await bench.EndOfAsync(id)));

        // The book of the new process has no bad jobs.
        await bench.PostAsync($"runs/{id}/retry-failed", new { }, System.Net.HttpStatusCode.Accepted);
        Assert.Equal(("succeeded", "[10,20,30]"), Came(await bench.EndOfAsync(id, generation: 2)));
        Assert.Equal(["a2"], bench.Book.Ran);
        Assert.Equal("CEL0346", Text(await bench.PostAsync($"runs/{id}/retry-failed", new { }, System.Net.HttpStatusCode.Conflict), "code"));
    }

    [Theory]
    [InlineData("book3", "CEL0350", "book1 book2 book3 unbook20 unbook1")]
    [InlineData("book3 unbook20", "CEL0354", "book1 book2 book3 unbook20 unbook1")]
    [InlineData("book2", "CEL0350", "book1 book2 unbook1")]
    public async Task Saga_AStepFails_UndoesTheOthersTheLastFirst(string bad, string code, string ran)
    {
        await using var bench = await StartAsync();
        bench.Book.Bad.UnionWith(bad.Split(' '));

        var run = await bench.RunAsync(new { form = "saga" });

        Assert.Equal(("failed", code), Came(run));
        Assert.Equal(ran, string.Join(' ', bench.Book.Ran));
    }

    [Fact]
    public async Task RetryFailed_TakesOverWhatSucceeded_AndRunsAnewWhatFailed()
    {
        await using var bench = await StartAsync();
        bench.Book.Bad.Add("a2");
        var id = Text(await bench.RunAsync(new { form = "group" }), "id");
        bench.Book.Bad.Clear();
        bench.Book.Ran.Clear();
        var before = bench.Book.Ids.ToHashSet();

        await bench.PostAsync($"runs/{id}/retry-failed", new { }, System.Net.HttpStatusCode.Accepted);

        Assert.Equal(("succeeded", "[10,20,30]"), Came(await bench.EndOfAsync(id, generation: 2)));
        Assert.Equal(["a2"], bench.Book.Ran);
        Assert.Single(bench.Book.Ids.Except(before));

        await bench.PostAsync($"runs/{id}/restart", new { }, System.Net.HttpStatusCode.Accepted);
        Assert.Equal(("succeeded", "[10,20,30]"), Came(await bench.EndOfAsync(id, generation: 3)));
        Assert.Equal("a1 a2 a2 a3", string.Join(' ', bench.Book.Ran.Order()));
    }

    [Fact]
    public async Task RetryFailed_OfARunThatBeganAnother_RetriesThat()
    {
        await using var bench = await StartAsync();
        bench.Book.Bad.Add("a2");
        var id = Text(await bench.RunAsync(new { form = "sub" }), "id");
        bench.Book.Bad.Clear();
        bench.Book.Ran.Clear();

        await bench.PostAsync($"runs/{id}/retry-failed", new { }, System.Net.HttpStatusCode.Accepted);

        Assert.Equal(("succeeded", "[10,20,30]"), Came(await bench.EndOfAsync(id, generation: 2)));
        Assert.Equal(["a2"], bench.Book.Ran);
        Assert.Equal(2, (await bench.GetAsync("runs")).GetProperty("runs").GetArrayLength());
    }

    [Theory]
    [InlineData("group")]
    [InlineData("sub")]
    [InlineData("approval")]
    public async Task Cancel_WhileItWaits_EndsItAndWhatItWaitsFor(string form)
    {
        await using var bench = await StartAsync();
        bench.Book.Length = TimeSpan.FromMinutes(5);
        var id = await bench.BeginAsync(new { form, count = 1 });
        await bench.Host.AdvanceAsync(TimeSpan.FromSeconds(1));
        var begun = bench.Host.Now;

        await bench.PostAsync($"runs/{id}/cancel", new { }, System.Net.HttpStatusCode.Accepted);
        await bench.Host.RunUntilIdleAsync();
        var run = await bench.EndOfAsync(id);

        Assert.Equal("cancelled", Text(run, "state"));
        Assert.Equal(begun, bench.Host.Now);
        await bench.UntilAsync(async () => !await IsRunningAsync(bench));
        Assert.True(bench.Host.Now - begun < TimeSpan.FromMinutes(1), "It ran to its end.");
        Assert.All((await bench.GetAsync("runs")).GetProperty("runs").EnumerateArray(), one => Assert.Equal("cancelled", Text(one, "state")));
    }

    [Fact]
    public async Task Saga_Cancelled_UndoesWhatWasDone()
    {
        await using var bench = await StartAsync();
        bench.Book.Length = TimeSpan.FromMinutes(5);
        var id = await bench.BeginAsync(new { form = "saga" });
        await bench.Host.AdvanceAsync(TimeSpan.FromMinutes(6));
        Assert.Equal("book1 book2", string.Join(' ', bench.Book.Ran));

        bench.Book.Length = TimeSpan.Zero;
        await bench.PostAsync($"runs/{id}/cancel", new { }, System.Net.HttpStatusCode.Accepted);

        Assert.Equal("cancelled", Text(await bench.EndOfAsync(id), "state"));
        Assert.Equal("book1 book2 unbook1", string.Join(' ', bench.Book.Ran));
    }

    [Fact]
    public async Task Group_OfAThousand_IsAFewEvents()
    {
        await using var bench = await StartAsync();

        var run = await bench.RunAsync(new { form = "group", count = 1000 });

        Assert.Equal(1000 * 1001 / 2 * 10, run.GetProperty("result").EnumerateArray().Sum(result => result.GetInt32()));
        var id = Text(run, "id");
        Assert.InRange(bench.Host.Orchestrations.PeakHistoryEvents($"{id}.g1.p"), 1, 20);
        Assert.InRange(bench.Host.Orchestrations.PeakHistoryEvents($"{id}.g1.t1"), 1, 60);
    }

    [Fact]
    public async Task Group_WithAWindow_NeverHasMoreAtOnce()
    {
        await using var bench = await StartAsync();
        bench.Book.Length = TimeSpan.FromSeconds(1);

        var run = await bench.RunAsync(new { form = "group", count = 30, window = 6 });

        Assert.Equal(("succeeded", 30), (Text(run, "state"), run.GetProperty("result").GetArrayLength()));
        Assert.Equal(6, bench.Book.Most);
        Assert.Equal(("failed", "CEL0220"), Came(await bench.RunAsync(new { form = "group", count = 51, window = 1 })));
    }

    private static async Task<bool> IsRunningAsync(CompositionBench bench)
    {
        var tables = bench.Host.Services.GetRequiredService<ITableStore>();
        await foreach (var row in tables.QueryAsync(StorageNames.TasksTable, new TableQuery(null), TestContext.Current.CancellationToken))
        {
            if (row.RowKey.EndsWith(":control", StringComparison.Ordinal) && row.FindTime("endedAt") is null)
            {
                return true;
            }
        }

        return false;
    }
}
