using System.Text;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.TestKit.Faults;
using Celerity.Wire;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks.Sending;

/// <summary>Many tasks in few messages.</summary>
public sealed class BulkSendTests
{
    private readonly TaskSimulation _simulation = new();

    [Fact]
    public async Task Many_OfAllLevels_FillFewMessagesAndRunOnceEach()
    {
        var worker = _simulation.Worker();
        var tasks = worker.GetRequiredService<IBackgroundTasks>();

        var tracked = await tasks.EnqueueManyAsync(Enumerable.Range(0, 500).Select(number => new EchoTask($"{number}")));
        var stored = await tasks.EnqueueManyAsync(Enumerable.Range(0, 500).Select(number => new StoredTask($"{number}")));

        var messages = _simulation.Storage.Queues.Peek(TaskSimulation.Queue);
        Assert.InRange(messages.Count, 2, 8);
        Assert.All(messages, message => Assert.InRange(message.Body.Length, 1, Pack.MaxBytes));
        Assert.All(messages, message => Assert.Single(
            MessageCodec.Decode(Encoding.UTF8.GetBytes(message.Body), "m").Tasks.Select(task => TaskKeys.PartitionOf(task.Id)).Distinct()));
        Assert.Equal(500, _simulation.Storage.Tables.Count(StorageNames.TasksTable));
        await _simulation.DrainAsync(worker);
        Assert.Equal(tracked.Concat(stored).Order(StringComparer.Ordinal), _simulation.Script.Runs.Select(run => run.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Many_WithOptions_EachHasThem()
    {
        var options = new EnqueueOptions
        {
            Delay = TimeSpan.FromHours(1),
            TimeToLive = TimeSpan.FromHours(2),
            Tags = ["a"],
            CorrelationId = "c",
            Priority = TaskPriority.Low,
            Headers = new Dictionary<string, string> { ["x"] = "y" },
        };

        var ids = await _simulation.Worker().GetRequiredService<IBackgroundTasks>().EnqueueManyAsync([new EchoTask("a"), new EchoTask("b")], options);

        var pack = MessageCodec.Decode(Encoding.UTF8.GetBytes(Assert.Single(_simulation.Storage.Queues.Peek(StorageNames.LowQueue)).Body), "m");
        Assert.Equal(ids, pack.Tasks.Select(task => task.Id));
        Assert.All(pack.Tasks, task => Assert.Equal(
            ("a", "c", "y", TaskSimulation.Start.AddHours(1), TaskSimulation.Start.AddHours(2)),
            (task.Tags[0], task.CorrelationId, task.Headers["x"], task.Eta, task.ExpiresAt)));
        Assert.Empty(await ((IQueueStore)_simulation.Storage.Queues).ReceiveAsync(StorageNames.LowQueue, 1, TimeSpan.FromSeconds(1), CancellationToken.None));
    }

    [Fact]
    public async Task Many_SomeTooLargeOrKeyed_TravelAlone()
    {
        var worker = _simulation.Worker();
        var tasks = worker.GetRequiredService<IBackgroundTasks>();

        var mixed = await tasks.EnqueueManyAsync([new EchoTask("a"), new EchoTask(SendCrashTests.Noise(100_000)), new EchoTask("b")]);
        var ordered = await tasks.EnqueueManyAsync([new EchoTask("c"), new EchoTask("d")], new EnqueueOptions { OrderKey = "k" });
        await _simulation.DrainAsync(worker);

        Assert.Equal(5, mixed.Concat(ordered).Intersect(_simulation.Script.Runs.Select(run => run.Id)).Count());
    }

    [Fact]
    public async Task Many_Stream_IsReadAsFastAsItIsSent()
    {
        var read = 0;
        var plan = new FaultPlan(new SeamCall(0, $"queue.Send {TaskSimulation.Queue}", 3), FaultKind.LostRequest);
        var worker = _simulation.Worker(plan, services => services.Configure<SendingOptions>(options => options.ParallelPackCount = 2));

        await Assert.ThrowsAsync<InjectedFaultException>(() => worker.GetRequiredService<IBackgroundTasks>().EnqueueManyAsync(Endless()));

        // A pack holds some 400 of them; two are on their way and one is being filled when the third fails.
        Assert.InRange(read, 500, 5000);

        async IAsyncEnumerable<UntrackedTask> Endless()
        {
            while (true)
            {
                read++;
                yield return new UntrackedTask("x");
                await Task.CompletedTask;
            }
        }
    }

    [Fact]
    public async Task Many_RowsCannotBeStored_TasksCountAsSent()
    {
        var plan = new FaultPlan(new SeamCall(0, $"table.TryInsertAll {StorageNames.TasksTable}", 1), FaultKind.LostRequest);

        var ids = await _simulation.Worker(plan).GetRequiredService<IBackgroundTasks>().EnqueueManyAsync([new EchoTask("a"), new EchoTask("b")]);

        Assert.True(plan.HasFired);
        Assert.Equal(2, ids.Count);
        Assert.Equal(1, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
    }

    [Theory]
    [InlineData("[]", "CEL0233")]
    [InlineData("", "CEL0233")]
    [InlineData("{}", "CEL0233")]
    [InlineData("hello", "CEL0233")]
    [InlineData("[null]", "CEL0233")]
    [InlineData("""[{"task":"test.echo","payload":{"text":"a"}},{"tusk":"b"}]""", "CEL0233")]
    [InlineData("""[{"task":"test.echo","payload":{"text":"a"}},{"task":"no.such"}]""", "CEL0201")]
    [InlineData("""[{"task":"test.echo","payload":{"text":"a"}},{"task":"test.echo"}]""", "CEL0202")]
    [InlineData("""[{"task":"test.echo","payload":{"text":"a"},"options":{"prio":1}}]""", "CEL0208")]
    [InlineData("""[{"task":"test.echo","payload":{"text":"a"}},{"task":"test.echo","payload":{"text":"a"},"options":{"queue":"nobody"}}]""", "CEL0231")]
    public async Task Batch_WithAnythingThatCannotRun_SendsNothing(string body, string code)
    {
        var tasks = _simulation.Worker().GetRequiredService<BackgroundTasks>();

        var exception = await Assert.ThrowsAsync<CelerityException>(
            async () => await tasks.EnqueueManyAsync(BatchJson.Read(Encoding.UTF8.GetBytes(body)), CancellationToken.None));

        Assert.Equal(code, exception.Code);
        Assert.Equal(0, _simulation.Storage.Queues.SentCount);
    }

    [Theory]
    [InlineData("""[{"task":"test.echo","payload":{"text":"a"}},{"task":"test.none","payload":{"text":"b"},"options":{"delay":"00:01:00"}}]""")]
    [InlineData("{\"task\":\"test.echo\",\"payload\":{\"text\":\"a\"}}\n\r\n{\"task\":\"test.none\",\"payload\":{\"text\":\"b\"}}\n")]
    public async Task Batch_ArrayOrLines_Runs(string body)
    {
        var worker = _simulation.Worker();

        var ids = await worker.GetRequiredService<BackgroundTasks>().EnqueueManyAsync(BatchJson.Read(Encoding.UTF8.GetBytes(body)), CancellationToken.None);
        await _simulation.DrainAsync(worker);

        Assert.Equal(ids.Order(StringComparer.Ordinal), _simulation.Script.Runs.Select(run => run.Id).Order(StringComparer.Ordinal));
    }
}
