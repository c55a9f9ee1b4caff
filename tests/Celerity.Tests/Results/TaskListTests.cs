using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Results;

public sealed class TaskListTests
{
    private readonly TaskSimulation _simulation = new();
    private readonly FaultPlan _calls = new();
    private readonly ITaskResults _results;
    private readonly IServiceProvider _worker;

    public TaskListTests()
    {
        _worker = _simulation.Worker(_calls);
        _results = _worker.GetRequiredService<ITaskResults>();
    }

    [Fact]
    public async Task List_TasksOfSeveralHours_NewestFirstAndPageByPage()
    {
        var ids = new List<string>();
        for (var at = 0; at < 25; at++)
        {
            ids.Insert(0, await SendAsync());
            _simulation.Time.Advance(TimeSpan.FromMinutes(17));
        }

        var (seen, pages) = await ReadAllAsync(new TaskListQuery { Limit = 4 });

        Assert.Equal(ids, seen);
        Assert.True(pages >= 7);
    }

    [Fact]
    public async Task List_OfAnEmptyStore_IsEmptyAndEnds()
    {
        var page = await _results.ListAsync();

        Assert.Empty(page.Tasks);
        Assert.Null(page.Next);
        Assert.InRange(_calls.Calls.Count, 1, 8);
    }

    [Fact]
    public async Task List_TaskOfMonthsAgo_IsFoundByBoundedRequests()
    {
        var id = await SendAsync();
        _simulation.Time.Advance(TimeSpan.FromDays(10));

        var (seen, pages) = await ReadAllAsync(new TaskListQuery());

        Assert.Equal([id], seen);
        Assert.InRange(pages, 1, 4);
        Assert.InRange(_calls.Calls.Count, 1, pages * 64);
    }

    [Fact]
    public async Task List_ManyThousandsInOneMinute_EachOnceNewestFirst()
    {
        var rows = new List<SendRow>();
        for (var at = 0; at < 5000; at++)
        {
            var now = _simulation.Time.GetUtcNow().AddMilliseconds(at / 3);
            var id = Guid.CreateVersion7(now).ToString();
            rows.Add(new SendRow(id, SendRow.Enqueued, "test.echo", TaskSimulation.Queue, "{}", now));
        }

        foreach (var batch in rows.GroupBy(row => TaskKeys.PartitionOf(row.Id)).SelectMany(rows => rows.Chunk(100)))
        {
            Assert.True(await ((ITableStore)_simulation.Storage.Tables).TryInsertAllAsync(
                StorageNames.TasksTable, [.. batch.Select(row => row.ToTableRow())], CancellationToken.None));
        }

        _simulation.Time.Advance(TimeSpan.FromMinutes(1));
        var (seen, pages) = await ReadAllAsync(new TaskListQuery { Limit = 200 });

        Assert.Equal(rows.Select(row => row.Id).OrderDescending(StringComparer.Ordinal), seen);
        Assert.InRange(pages, 25, 26);
    }

    [Fact]
    public async Task List_StateAndTask_ReturnsTheseAlone()
    {
        var ended = await SendAsync();
        await _simulation.DrainAsync(_worker);
        var open = await SendAsync();
        var other = await _worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new StoredTask("hi"));
        _simulation.Script.Run = _ => TaskOutcome.Snooze(TimeSpan.FromHours(1));
        await _simulation.DeliverOneAsync(_worker);
        await _simulation.DeliverOneAsync(_worker);

        Assert.Equal([ended], (await _results.ListAsync(new TaskListQuery { State = TaskState.Succeeded })).Tasks.Select(task => task.Id));
        Assert.Equal([open, ended], (await _results.ListAsync(new TaskListQuery { Task = "TEST.ECHO" })).Tasks.Select(task => task.Id).ToList());
        Assert.Equal([other], (await _results.ListAsync(new TaskListQuery { Task = "test.result" })).Tasks.Select(task => task.Id));
    }

    [Theory]
    [InlineData("nonsense", 50)]
    [InlineData("0198C2F1-2B3C", 50)]
    [InlineData(null, 0)]
    [InlineData(null, 201)]
    public async Task List_BadCursorOrLimit_IsRefused(string? after, int limit)
    {
        var refusal = await Assert.ThrowsAsync<CelerityException>(() => _results.ListAsync(new TaskListQuery { After = after, Limit = limit }));

        Assert.Equal("CEL0308", refusal.Code);
    }

    private async Task<string> SendAsync()
    {
        // Within one millisecond the order of ids is random.
        _simulation.Time.Advance(TimeSpan.FromMilliseconds(2));
        return await _worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask("hi"));
    }

    private async Task<(List<string> Ids, int Pages)> ReadAllAsync(TaskListQuery query)
    {
        var (ids, pages) = (new List<string>(), 0);
        var next = query.After;
        do
        {
            var page = await _results.ListAsync(query with { After = next });
            ids.AddRange(page.Tasks.Select(task => task.Id));
            next = page.Next;
            pages++;
        }
        while (next is not null && pages < 1000);

        return (ids, pages);
    }
}
