using System.Text;
using System.Text.Json;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.TestKit.Faults;
using Celerity.Wire;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks;

public sealed class BackgroundTasksTests
{
    private readonly TaskSimulation _simulation = new();

    [Fact]
    public async Task Enqueue_WithOptions_WritesThemIntoTheMessage()
    {
        var options = new EnqueueOptions
        {
            CorrelationId = "c",
            Queue = StorageNames.HighQueue,
            TimeToLive = TimeSpan.FromHours(1),
            Headers = new Dictionary<string, string> { ["tenant"] = "t1" },
        };

        var id = await Sender().EnqueueAsync(new EchoTask("hi"), options, CancellationToken.None);

        var task = Sent(StorageNames.HighQueue);
        Assert.Equal((id, "test.echo", "c", "t1"), (task.Id, task.Task, task.CorrelationId, task.Headers["tenant"]));
        Assert.Equal(_simulation.Time.GetUtcNow().AddHours(1), task.ExpiresAt);
        Assert.Equal("""{"text":"hi"}""", task.Payload!.Value.GetRawText());
        Assert.NotEmpty(task.Delivery);
        var row = await FindSendRowAsync(id);
        Assert.Equal((SendRow.Enqueued, StorageNames.HighQueue, "c"), (row!.State, row.Queue, row.CorrelationId));
    }

    [Fact]
    public async Task Enqueue_SendRowCannotBeStored_TaskCountsAsSent()
    {
        var plan = new FaultPlan(new SeamCall(0, $"table.TryInsert {StorageNames.TasksTable}", 1), FaultKind.LostRequest);

        var id = await Sender(plan).EnqueueAsync(new EchoTask("hi"), null, CancellationToken.None);

        Assert.True(plan.HasFired);
        Assert.Equal(id, Sent().Id);
    }

    [Fact]
    public async Task Enqueue_SendFails_StoresNoRow()
    {
        var plan = new FaultPlan(new SeamCall(0, $"queue.Send {TaskSimulation.Queue}", 1), FaultKind.LostRequest);

        await Assert.ThrowsAsync<InjectedFaultException>(() => Sender(plan).EnqueueAsync(new EchoTask("hi"), null, CancellationToken.None));

        Assert.Equal(0, _simulation.Storage.Tables.Count(StorageNames.TasksTable));
    }

    [Fact]
    public async Task Enqueue_SameKeyTwice_SendsOnce()
    {
        var options = new EnqueueOptions { IdempotencyKey = "order 17" };

        var first = await Sender().EnqueueAsync(new EchoTask("hi"), options, CancellationToken.None);
        var second = await Sender().EnqueueAsync(new EchoTask("hi"), options, CancellationToken.None);
        var other = await Sender().EnqueueAsync(new EchoTask("hi"), options with { IdempotencyKey = "order 18" }, CancellationToken.None);

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.Equal(2, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
        Assert.Equal(SendRow.Sent, (await FindSendRowAsync(first))!.State);
    }

    [Theory]
    [InlineData(FaultKind.KillBefore, 1)]
    [InlineData(FaultKind.KillAfter, 2)]
    public async Task Enqueue_SenderDiesAroundTheReservedSend_RepeatedSendSendsTheSameTask(FaultKind kind, int messages)
    {
        var options = new EnqueueOptions { IdempotencyKey = "k", Delay = TimeSpan.FromMinutes(1) };
        var plan = new FaultPlan(new SeamCall(0, $"queue.Send {TaskSimulation.Queue}", 1), kind);
        await Assert.ThrowsAsync<ProcessKilledException>(() => Sender(plan).EnqueueAsync(new EchoTask("hi"), options, CancellationToken.None));

        var id = await Sender().EnqueueAsync(new EchoTask("other text"), options, CancellationToken.None);

        var sent = _simulation.Storage.Queues.Peek(TaskSimulation.Queue);
        Assert.Equal(messages, sent.Count);
        Assert.Single(sent.Select(item => item.Body).Distinct());
        await _simulation.DrainAsync(_simulation.Worker());
        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync(id))!.State);
        Assert.Single(_simulation.Script.Runs);
    }

    [Fact]
    public async Task Enqueue_ByName_RunsTheTask()
    {
        await Sender().EnqueueAsync("Test.Echo", JsonElement.Parse("""{"text":"hi"}"""), null, CancellationToken.None);

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Single(_simulation.Script.Runs);
    }

    [Theory]
    [InlineData("test.eco", "{\"text\":\"hi\"}", "CEL0201")]
    [InlineData("test.echo", "{}", "CEL0202")]
    [InlineData("test.echo", "{\"text\":null}", "CEL0202")]
    [InlineData("test.echo", "{\"text\":7}", "CEL0202")]
    [InlineData("test.echo", "[]", "CEL0202")]
    [InlineData("test.echo", "null", "CEL0202")]
    public async Task Enqueue_ByNameWhatCannotRun_IsRefusedAndSendsNothing(string name, string payload, string code)
    {
        var exception = await Assert.ThrowsAsync<CelerityException>(
            () => Sender().EnqueueAsync(name, JsonElement.Parse(payload), null, CancellationToken.None));

        Assert.Equal(code, exception.Code);
        Assert.Equal(0, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
    }

    public static TheoryData<EnqueueOptions, string> WrongOptions => new()
    {
        { new EnqueueOptions { Delay = TimeSpan.FromDays(3651) }, "Delay is 3651.00:00:00; it must be 0 to 3650.00:00:00" },
        { new EnqueueOptions { Eta = DateTimeOffset.MaxValue }, "Eta is 9999-12-31 23:59:59Z; it must be at most 3,650 days from now" },
        { new EnqueueOptions { Eta = TaskSimulation.Start.AddHours(2), ExpiresAt = TaskSimulation.Start.AddHours(1) }, "later than the task is due" },
        { new EnqueueOptions { Delay = TimeSpan.FromHours(2), TimeToLive = TimeSpan.FromHours(1) }, "later than the task is due" },
        { new EnqueueOptions { ExpiresAt = TaskSimulation.Start }, "later than now" },
        { new EnqueueOptions { Delay = TimeSpan.FromHours(2), Eta = TaskSimulation.Start }, "the only one of Delay, Eta and DebounceWindow" },
        { new EnqueueOptions { TimeToLive = TimeSpan.FromHours(1), ExpiresAt = TaskSimulation.Start.AddHours(1) }, "the only one of the two" },
        { new EnqueueOptions { Priority = (TaskPriority)9 }, "Priority is 9; it must be high, default or low" },
        { new EnqueueOptions { Priority = TaskPriority.High, Queue = StorageNames.LowQueue }, "the only one of the two" },
        { new EnqueueOptions { UniqueKey = "a", OrderKey = "b" }, "UniqueKey is given together with OrderKey" },
        { new EnqueueOptions { DebounceKey = "a" }, "DebounceWindow is missing" },
        { new EnqueueOptions { DebounceWindow = TimeSpan.FromSeconds(1) }, "DebounceWindow is 00:00:01" },
        { new EnqueueOptions { DebounceKey = "a", DebounceWindow = TimeSpan.FromDays(7) }, "at most 6.00:00:00" },
        { new EnqueueOptions { Tags = [""] }, "Tags is 1 tags" },
        { new EnqueueOptions { Headers = new Dictionary<string, string> { ["a"] = new('x', 9000) } }, "Headers is 9001 characters long" },
        { new EnqueueOptions { Format = (PayloadFormat)7 }, "Format" },
        { new EnqueueOptions { Delay = TimeSpan.FromTicks(-1) }, "Delay" },
        { new EnqueueOptions { IdempotencyKey = "" }, "IdempotencyKey is 0 characters long" },
        { new EnqueueOptions { TimeToLive = TimeSpan.Zero }, "TimeToLive" },
    };

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public async Task Enqueue_OptionOutOfRange_IsRefusedAndSendsNothing(EnqueueOptions options, string words)
    {
        var exception = await Assert.ThrowsAsync<CelerityException>(() => Sender().EnqueueAsync(new EchoTask("hi"), options, CancellationToken.None));

        Assert.Equal(ErrorCodes.BadEnqueueOption, exception.Code);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
    }

    private BackgroundTasks Sender(FaultPlan? plan = null) => _simulation.Worker(plan).GetRequiredService<BackgroundTasks>();

    private TaskEnvelope Sent(string queue = TaskSimulation.Queue) =>
        Assert.Single(MessageCodec.Decode(Encoding.UTF8.GetBytes(Assert.Single(_simulation.Storage.Queues.Peek(queue)).Body), "m").Tasks);

    private async Task<SendRow?> FindSendRowAsync(string id)
    {
        var key = TaskKeys.SendOf(id);
        var row = await ((ITableStore)_simulation.Storage.Tables).FindAsync(key.Table, key.PartitionKey, key.RowKey, CancellationToken.None);
        return row is null ? null : SendRow.From(row);
    }
}
