using System.Text.Json;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Tests.Tasks;
using Celerity.Wire;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Results;

/// <summary>Lists of some of many tasks: each that fits once, the newest first, however they lie in time.</summary>
public sealed class TaskFilterTests
{
    private readonly TaskSimulation _simulation = new();
    private readonly ITaskResults _results;

    public TaskFilterTests() => _results = _simulation.Worker().GetRequiredService<ITaskResults>();

    [Theory]
    [InlineData(0, 3000)]
    [InlineData(3, 3000)]
    [InlineData(700, 1000)]
    [InlineData(60_000, 500)]
    public async Task List_EveryFilterAndPage_IsExact(int millisecondsApart, int count)
    {
        var rows = await KeepAsync(count, TimeSpan.FromMilliseconds(millisecondsApart));
        var ids = rows.Select(row => row.Id).ToList();
        (TaskListQuery Query, Func<int, bool> Fits)[] queries =
        [
            (new TaskListQuery(), _ => true),
            (new TaskListQuery { Queue = "celerity-low" }, at => at % 2 == 1),
            (new TaskListQuery { Tag = "seventh" }, at => at % 7 == 0),
            (new TaskListQuery { Run = "r5" }, at => at % 11 == 5),
            (new TaskListQuery { CorrelationId = "c3" }, at => at % 13 == 3),
            (new TaskListQuery { Text = "nUmBeR 42" }, at => $"number {at}".Contains("number 42", StringComparison.Ordinal)),
            (new TaskListQuery { Text = "grüße \"quoted\"".Replace("\"", "\\\"", StringComparison.Ordinal), Tag = "seventh", Queue = "celerity-low" }, at => at % 14 == 7),
            (new TaskListQuery { Task = "nothing.so" }, _ => false),
        ];

        foreach (var (query, fits) in queries)
        {
            var expected = Enumerable.Range(0, count).Where(fits).Select(at => ids[at]).OrderDescending(StringComparer.Ordinal).ToList();
            foreach (var limit in query.Tag is null ? [200] : new[] { 37, 200 })
            {
                Assert.Equal(expected, await ReadAllAsync(query with { Limit = limit }));
            }
        }
    }

    [Fact]
    public async Task List_FromAndTo_AreBounds_TheFirstIncluded()
    {
        var rows = await KeepAsync(600, TimeSpan.FromSeconds(30));
        var (from, to) = (rows[100].SentAt, rows[300].SentAt);

        var seen = await ReadAllAsync(new TaskListQuery { From = from, To = to, Limit = 50 });

        Assert.Equal(rows.Take(100..300).Select(row => row.Id).Reverse(), seen);
        Assert.Empty(await ReadAllAsync(new TaskListQuery { From = rows[^1].SentAt.AddHours(1) }));
        Assert.Equal(rows.Take(100).Select(row => row.Id).Reverse(), await ReadAllAsync(new TaskListQuery { To = from, Limit = 200 }));
    }

    [Fact]
    public async Task List_ManyOfOneMillisecond_IsReadByBoundedRequests()
    {
        await KeepAsync(3000, TimeSpan.Zero);

        var page = await _results.ListAsync(new TaskListQuery { Tag = "nobody has it" });

        Assert.Empty(page.Tasks);
        Assert.Null(page.Next);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(201)]
    public async Task List_TextThatCannotBeLookedFor_IsRefused(int chars)
    {
        var refusal = await Assert.ThrowsAsync<CelerityException>(() => _results.ListAsync(new TaskListQuery { Text = new string('x', chars) }));

        Assert.Equal("CEL0308", refusal.Code);
    }

    [Fact]
    public async Task List_ToNotAfterFrom_IsRefused()
    {
        var now = _simulation.Time.GetUtcNow();

        var refusal = await Assert.ThrowsAsync<CelerityException>(() => _results.ListAsync(new TaskListQuery { From = now, To = now }));

        Assert.Equal("CEL0308", refusal.Code);
    }

    [Fact]
    public async Task List_ByText_FindsCompressedPayloads()
    {
        var text = new string('a', 20_000) + "needle";
        var id = await _simulation.Worker().GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask(text));
        _simulation.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([id], (await _results.ListAsync(new TaskListQuery { Text = "NEEDLE" })).Tasks.Select(task => task.Id));
    }

    private async Task<List<SendRow>> KeepAsync(int count, TimeSpan apart)
    {
        var start = _simulation.Time.GetUtcNow();
        var rows = Enumerable.Range(0, count).Select(at =>
        {
            var sentAt = start + (at * apart);
            var envelope = new TaskEnvelope
            {
                Id = TaskIds.New(sentAt).ToString(),
                Task = "test.echo",
                Payload = JsonSerializer.SerializeToElement(new { text = $"Number {at}", said = "Grüße \"quoted\"" }),
                Tags = at % 7 == 0 ? ["all", "seventh"] : ["all"],
            };
            return new SendRow(envelope.Id, SendRow.Enqueued, "test.echo", at % 2 == 0 ? "celerity-default" : "celerity-low", MessageCodec.Encode(envelope), sentAt)
            {
                CorrelationId = $"c{at % 13}",
                Run = $"r{at % 11}",
            };
        }).ToList();
        foreach (var batch in rows.GroupBy(row => TaskKeys.PartitionOf(row.Id)).SelectMany(rows => rows.Chunk(100)))
        {
            Assert.True(await ((ITableStore)_simulation.Storage.Tables).TryInsertAllAsync(
                StorageNames.TasksTable, [.. batch.Select(row => row.ToTableRow())], CancellationToken.None));
        }

        _simulation.Time.Advance((count * apart) + TimeSpan.FromMinutes(1));
        return rows;
    }

    private async Task<List<string>> ReadAllAsync(TaskListQuery query)
    {
        var ids = new List<string>();
        for (var (next, pages) = (query.After, 0); pages < 1000; pages++)
        {
            var page = await _results.ListAsync(query with { After = next });
            Assert.True(page.Tasks.Count <= query.Limit);
            ids.AddRange(page.Tasks.Select(task => task.Id));
            if ((next = page.Next) is null)
            {
                return ids;
            }
        }

        throw new InvalidOperationException("The pages do not end.");
    }
}
