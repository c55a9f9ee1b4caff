using System.Text;
using System.Text.Json;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Wire;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks.Sending;

/// <summary>When and where a task is sent.</summary>
public sealed class SendOptionTests
{
    private readonly TaskSimulation _simulation = new();
    private readonly IServiceProvider _worker;

    public SendOptionTests() => _worker = _simulation.Worker();

    private IBackgroundTasks Tasks => _worker.GetRequiredService<IBackgroundTasks>();

    [Fact]
    public async Task Eta_InThePast_RunsNow()
    {
        var id = await Tasks.EnqueueAsync(new EchoTask("hi"), new EnqueueOptions { Eta = TaskSimulation.Start.AddYears(-1) });

        Assert.True(await _simulation.DeliverOneAsync(_worker));
        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync(id))!.State);
        Assert.Equal(TaskSimulation.Start, _simulation.Time.GetUtcNow());
    }

    [Fact]
    public async Task Eta_Ahead_IsNotDeliveredBefore()
    {
        await Tasks.EnqueueAsync(new EchoTask("hi"), new EnqueueOptions { Eta = TaskSimulation.Start.AddHours(5) });

        _simulation.Time.Advance(TimeSpan.FromHours(5) - TimeSpan.FromSeconds(1));
        Assert.False(await _simulation.DeliverOneAsync(_worker));
        _simulation.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await _simulation.DeliverOneAsync(_worker));
        Assert.Single(_simulation.Script.Runs);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(400)]
    [InlineData(3650)]
    public async Task Eta_BeyondWhatAQueueHolds_WaitsInATableAndRunsOnTime(int days)
    {
        var due = TaskSimulation.Start.AddDays(days);
        var id = await Tasks.EnqueueAsync(new UntrackedTask("hi"), new EnqueueOptions { Eta = due });
        Assert.Equal(0, _simulation.Storage.Queues.Count(TaskSimulation.Queue));

        _simulation.Time.Advance(due - TimeSpan.FromHours(3) - _simulation.Time.GetUtcNow());
        await TaskSimulation.MaintainAsync(_worker);
        Assert.Equal(0, _simulation.Storage.Queues.Count(TaskSimulation.Queue));

        _simulation.Time.Advance(TimeSpan.FromMinutes(150));
        await TaskSimulation.MaintainAsync(_worker);
        await TaskSimulation.MaintainAsync(_worker);
        Assert.Equal(1, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
        Assert.False(await _simulation.DeliverOneAsync(_worker));
        _simulation.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.True(await _simulation.DeliverOneAsync(_worker));
        Assert.Equal(id, Assert.Single(_simulation.Script.Runs).Id);
    }

    [Fact]
    public async Task Queue_ChosenBySend_ThenPriority_ThenMostExactRoute_ThenType()
    {
        var queues = _worker.GetRequiredService<TaskQueues>();
        queues.Add("invoices");
        queues.Route("test.*", "invoices");
        queues.Route("*", StorageNames.HighQueue);
        queues.Route("Test.None", StorageNames.LowQueue);

        Assert.Equal("invoices", Choose<EchoTask>(new EnqueueOptions()));
        Assert.Equal(StorageNames.LowQueue, Choose<UntrackedTask>(new EnqueueOptions()));
        Assert.Equal(StorageNames.HighQueue, Choose<EchoTask>(new EnqueueOptions { Priority = TaskPriority.High }));
        Assert.Equal(StorageNames.DefaultQueue, Choose<EchoTask>(new EnqueueOptions { Queue = StorageNames.DefaultQueue }));
        Assert.Equal("CEL0231", Assert.Throws<CelerityException>(() => Choose<EchoTask>(new EnqueueOptions { Queue = "nobody" })).Code);
        Assert.Equal("CEL0231", Assert.Throws<CelerityException>(() => queues.Route("a", "nobody")).Code);
        Assert.Equal("CEL0231", Assert.Throws<CelerityException>(() => queues.Add("No Name")).Code);
        Assert.Equal("CEL0308", Assert.Throws<CelerityException>(() => queues.Route("a*b", "invoices")).Code);

        string Choose<TTask>(EnqueueOptions options) => queues.Choose(TaskSettings.Of(typeof(TTask)), options);
    }

    [Fact]
    public async Task Tags_TravelWithTheTask()
    {
        await Tasks.EnqueueAsync(new EchoTask("hi"), new EnqueueOptions { Tags = ["a", "b"], Priority = TaskPriority.Low });

        var item = Assert.Single(_simulation.Storage.Queues.Peek(StorageNames.LowQueue));
        var task = Assert.Single(MessageCodec.Decode(Encoding.UTF8.GetBytes(item.Body), "m").Tasks);
        Assert.Equal(["a", "b"], task.Tags);
        Assert.Equal(TaskSimulation.Start, task.SentAt);
    }

    [Theory]
    [InlineData("""{"delay":"00:05:00","priority":"high","tags":["a"],"headers":{"x":"y"},"uniqueKey":"k"}""", null)]
    [InlineData("""{"priority":"urgent"}""", "priority")]
    [InlineData("""{"prioritty":"high"}""", "prioritty")]
    [InlineData("""{"delay":"soon"}""", "delay")]
    [InlineData("""{"eta":"tomorrow"}""", "eta")]
    [InlineData("""[]""", "")]
    public void OptionsAsJson_Unknown_AreRefusedByName(string json, string? found)
    {
        if (found is null)
        {
            var options = EnqueueOptionsJson.Read(JsonElement.Parse(json));
            Assert.Equal((TimeSpan.FromMinutes(5), TaskPriority.High, "k"), (options.Delay, options.Priority, options.UniqueKey));
            return;
        }

        var exception = Assert.Throws<CelerityException>(() => EnqueueOptionsJson.Read(JsonElement.Parse(json)));
        Assert.Equal("CEL0208", exception.Code);
        Assert.Contains(found, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Id_OfAStrangerWithAnyCharacters_RunsUnderIt()
    {
        const string Id = "a/b\\c#d?e%f 'g' ü\u0001";
        await _simulation.DropAsync($$$"""{"id":{{{JsonSerializer.Serialize(Id)}}},"task":"test.echo","payload":{"text":"hi"}}""");

        await _simulation.DrainAsync(_worker);

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync(Id))!.State);
    }

    [Theory]
    [InlineData("""{"v":99,"task":"test.echo","payload":{"text":"hi"}}""", "its version is 99; this app reads version 1")]
    [InlineData("""{"task":"test.echo","payload":{"text":"hi"},"uniqueKey":"k"}""", "it has a 'uniqueKey'")]
    [InlineData("""{"task":"test.echo","payload":{"text":"hi"},"tags":"a"}""", "its 'tags' are \"a\", not an array")]
    public async Task MessageOfAStranger_ThatCannotBeKept_IsADeadLetter(string body, string reason)
    {
        await _simulation.DropAsync(body);

        await _simulation.DrainAsync(_worker);

        Assert.Contains(reason, Assert.Single(await _simulation.DeadLettersAsync()).FindString("reason"), StringComparison.Ordinal);
        Assert.Empty(_simulation.Script.Runs);
    }
}
