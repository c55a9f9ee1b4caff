using Celerity.PoisonDrain;
using Celerity.Storage;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.PoisonDrain;

public sealed class PoisonDrainerTests
{
    private const string Poison = TaskSimulation.Queue + StorageNames.PoisonSuffix;

    private readonly TaskSimulation _simulation = new();

    [Fact]
    public async Task Drain_ManyMessages_EndsEmpty()
    {
        for (var number = 0; number < 100; number++)
        {
            await PoisonAsync($$"""{"id":"t{{number}}","task":"test.echo","payload":{"text":"hi"} }""");
        }

        Assert.Equal(100, await Drainer().DrainTasksAsync(TaskSimulation.Queue, CancellationToken.None));

        Assert.Equal(0, _simulation.Storage.Queues.Count(Poison));
        await _simulation.DrainAsync(_simulation.Worker());
        Assert.Equal(100, _simulation.Script.Runs.Count);
    }

    [Fact]
    public async Task Drain_Undecodable_BecomesADeadLetter()
    {
        await PoisonAsync("hello");

        await Drainer().DrainTasksAsync(TaskSimulation.Queue, CancellationToken.None);

        Assert.Equal("hello"u8.ToArray(), Assert.Single(await _simulation.DeadLettersAsync()).FindBytes("body"));
        Assert.Equal(0, _simulation.Storage.Queues.Count(Poison));
    }

    [Fact]
    public async Task Drain_Pack_SendsEachTaskOn()
    {
        await PoisonAsync("""{"batch":[{"id":"t1","task":"test.echo","payload":{"text":"a"}},{"task":"test.echo","payload":{"text":"b"}}]}""");

        await Drainer().DrainTasksAsync(TaskSimulation.Queue, CancellationToken.None);

        Assert.Equal(2, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
        await _simulation.DrainAsync(_simulation.Worker());
        Assert.Equal(2, _simulation.Script.Runs.Count);
    }

    [Fact]
    public async Task Drain_ClaimedTaskAgainAndAgain_IsDeadAtTheThirdCrash()
    {
        // A host that gives up after each delivery: only the drainer sees that the process died.
        await _simulation.DropAsync("""{"id":"t1","task":"test.echo","payload":{"text":"hi"}}""");
        for (var death = 0; death < 3; death++)
        {
            Assert.Equal(1, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
            await _simulation.DieWhileRunningAsync();
            await _simulation.PoisonAsync();
            await Drainer().DrainTasksAsync(TaskSimulation.Queue, CancellationToken.None);
        }

        Assert.Equal(0, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
        Assert.Equal(nameof(ErrorCategory.Crashed), Assert.Single(await _simulation.DeadLettersAsync()).FindString("category"));
    }

    [Fact]
    public async Task Drain_OneThatCannotBeSettled_StaysAndTheOthersGo()
    {
        foreach (var body in new[] { "a", "bad", "b" })
        {
            await PoisonAsync(body);
        }

        var settled = await Drainer().DrainAsync(
            TaskSimulation.Queue,
            item => item.Body == "bad" ? throw new IOException("no") : ValueTask.CompletedTask,
            CancellationToken.None);

        Assert.Equal(2, settled);
        Assert.Equal("bad", Assert.Single(_simulation.Storage.Queues.Peek(Poison)).Body);
    }

    [Fact]
    public async Task Drain_NoPoisonQueue_IsNoError() =>
        Assert.Equal(0, await Drainer().DrainTasksAsync("no-such-queue", CancellationToken.None));

    private PoisonDrainer Drainer() => _simulation.Worker().GetRequiredService<PoisonDrainer>();

    private ValueTask PoisonAsync(string body) => _simulation.Queues.SendAsync(Poison, body, TimeSpan.Zero, CancellationToken.None);
}
