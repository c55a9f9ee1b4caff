using System.Text.Json;
using Celerity.Maintenance;
using Celerity.Storage;
using Celerity.Tasks.Sending;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks.Sending;

/// <summary>Results that answer later sends of the same payload.</summary>
public sealed class CachedSendTests
{
    private readonly TaskSimulation _simulation = new() { Expires = true };
    private readonly FaultPlan _calls = new();
    private readonly IServiceProvider _worker;

    public CachedSendTests() => _worker = _simulation.Worker(_calls);

    private IBackgroundTasks Tasks => _worker.GetRequiredService<IBackgroundTasks>();

    [Fact]
    public async Task Send_WhileOneWaitsOrRuns_IsTheSameFlight()
    {
        var during = "";
        _simulation.Script.RunAsync = async (_, cancellationToken) =>
        {
            during = await Tasks.EnqueueAsync(new CachedTask("a"), cancellationToken: cancellationToken);
            return TaskOutcome.CompletedWith("done");
        };

        var first = await Tasks.EnqueueAsync(new CachedTask("a"));
        var waiting = await Tasks.EnqueueAsync(new CachedTask("a"));
        await _simulation.DrainAsync(_worker);

        Assert.Equal((first, first), (waiting, during));
        Assert.Single(_simulation.Script.Runs);
    }

    [Fact]
    public async Task Send_ResultIsFresh_ReturnsItsIdWithTheResult()
    {
        var first = await Tasks.EnqueueAsync(new CachedTask("a"));
        await _simulation.DrainAsync(_worker);
        _simulation.Time.Advance(TimeSpan.FromMinutes(59));

        var second = await Tasks.EnqueueAsync(new CachedTask("a"));

        Assert.Equal(first, second);
        Assert.Equal("done", await _worker.GetRequiredService<ITaskResults>().GetResultAsync<string>(second, TimeSpan.Zero));
    }

    [Fact]
    public async Task Send_FlightExpiredBeforeItRan_StartsAnother()
    {
        var first = await Tasks.EnqueueAsync(new CachedTask("a"), new EnqueueOptions { ExpiresAt = _simulation.Time.GetUtcNow() + TimeSpan.FromMinutes(1) });
        _simulation.Time.Advance(TimeSpan.FromMinutes(2));

        var second = await Tasks.EnqueueAsync(new CachedTask("a"));
        await _simulation.DrainAsync(_worker);

        Assert.NotEqual(first, second);
        Assert.Equal(second, Assert.Single(_simulation.Script.Runs).Id);
    }

    // What docs/sending.md says it costs.
    [Fact]
    public async Task Send_NewWaitingFreshAndOld_CostsSoManyRequests()
    {
        var counts = new List<int> { await CountAsync(), await CountAsync() };
        await _simulation.DrainAsync(_worker);
        counts.Add(await CountAsync());
        _simulation.Time.Advance(TimeSpan.FromHours(1));
        counts.Add(await CountAsync());

        Assert.Equal([7, 3, 2, 11], counts);

        async Task<int> CountAsync()
        {
            var before = _calls.Calls.Count;
            await Tasks.EnqueueAsync(new CachedTask("a"));
            return _calls.Calls.Count - before;
        }
    }

    [Fact]
    public async Task Send_ResultIsOlderThanTheCache_RunsAgain()
    {
        var first = await Tasks.EnqueueAsync(new CachedTask("a"));
        await _simulation.DrainAsync(_worker);
        _simulation.Time.Advance(TimeSpan.FromHours(1));

        var second = await Tasks.EnqueueAsync(new CachedTask("a"));
        await _simulation.DrainAsync(_worker);
        var third = await Tasks.EnqueueAsync(new CachedTask("a"));

        Assert.NotEqual(first, second);
        Assert.Equal(second, third);
        Assert.Equal(2, _simulation.Script.Runs.Count);
    }

    [Theory]
    [InlineData("fails")]
    [InlineData("discards")]
    [InlineData("revoked")]
    [InlineData("expires")]
    public async Task Send_EarlierTaskEndedOtherwise_RunsAgain(string end)
    {
        _simulation.Script.Run = _ => end == "discards" ? TaskOutcome.Discard("nothing") : throw new ArgumentException("no");
        var life = end == "expires" ? TimeSpan.FromMinutes(1) : default(TimeSpan?);
        var first = await Tasks.EnqueueAsync(new CachedTask("a"), new EnqueueOptions { TimeToLive = life });
        if (end == "revoked")
        {
            await _worker.GetRequiredService<ITaskControl>().RevokeAsync(first);
        }

        _simulation.Time.Advance(TimeSpan.FromMinutes(2));
        await _simulation.DrainAsync(_worker);
        Assert.Equal(0, _simulation.Storage.Tables.Count(StorageNames.KeysTable));
        _simulation.Script.Run = _ => TaskOutcome.CompletedWith("done");

        var second = await Tasks.EnqueueAsync(new CachedTask("a"));
        await _simulation.DrainAsync(_worker);

        Assert.NotEqual(first, second);
        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync(second))!.State);
    }

    [Fact]
    public async Task Send_OtherPayloadKeyWaitOrBypass_IsNotAnswered()
    {
        var options = new EnqueueOptions?[]
        {
            null,
            new() { SkipCache = true },
            new() { UniqueKey = "k" },
            new() { OrderKey = "k" },
            new() { Delay = TimeSpan.FromMinutes(1) },
            new() { Eta = TaskSimulation.Start.AddMinutes(1) },
        };
        var ids = new List<string> { await Tasks.EnqueueAsync(new CachedTask("b")), await Tasks.EnqueueAsync(new CachedTask("a", "b")) };
        foreach (var option in options)
        {
            ids.Add(await Tasks.EnqueueAsync(new CachedTask("a"), option));
        }

        ids.Add((await Tasks.PrepareAsync(new CachedTask("a"))).Id);

        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task Send_SamePayloadInAnotherLayout_IsAnswered_AndSaysSo()
    {
        var tasks = _worker.GetRequiredService<BackgroundTasks>();
        var first = await tasks.EnqueueAsync("test.cached", Json("""{"text":"\u0061","other":"b"}"""), null, CancellationToken.None);
        var second = await tasks.EnqueueAsync("Test.Cached", Json("""{ "other": "b", "text": "a" }"""), null, CancellationToken.None);

        Assert.Equal((first.Id, false, true), (second.Id, first.IsEarlier, second.IsEarlier));
    }

    [Fact]
    public async Task Send_Many_SharesFlights()
    {
        var ids = await Tasks.EnqueueManyAsync([new CachedTask("a"), new CachedTask("b"), new CachedTask("a")]);

        Assert.Equal((ids[0], 2), (ids[2], ids.Distinct().Count()));
    }

    [Fact]
    public async Task Expiry_DropsTheLockWithItsTask()
    {
        await Tasks.EnqueueAsync(new CachedTask("a"));
        await _simulation.DrainAsync(_worker);
        Assert.Equal(1, _simulation.Storage.Tables.Count(StorageNames.KeysTable));
        _simulation.Time.Advance(TimeSpan.FromDays(8));

        await _worker.GetRequiredService<MaintenanceRound>().RunAsync(CancellationToken.None);

        Assert.Equal(0, _simulation.Storage.Tables.Count(StorageNames.TasksTable));
        Assert.Equal(0, _simulation.Storage.Tables.Count(StorageNames.KeysTable));
    }

    [Fact]
    public async Task Expiry_LockOfALaterTask_Stays()
    {
        await Tasks.EnqueueAsync(new CachedTask("a"));
        await _simulation.DrainAsync(_worker);
        _simulation.Time.Advance(TimeSpan.FromDays(7));
        var later = await Tasks.EnqueueAsync(new CachedTask("a"));
        await _simulation.DrainAsync(_worker);
        _simulation.Time.Advance(TimeSpan.FromMinutes(50));

        await _worker.GetRequiredService<MaintenanceRound>().RunAsync(CancellationToken.None);

        Assert.Equal(later, await Tasks.EnqueueAsync(new CachedTask("a")));
    }

    private static JsonElement Json(string text) => JsonElement.Parse(text);
}
