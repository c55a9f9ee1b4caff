using System.Text.Json;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Groups;

public sealed class ChordTests
{
    private readonly GroupBench _bench = new();
    private readonly FaultPlan _calls = new();
    private readonly IServiceProvider _worker;

    public ChordTests() => _worker = _bench.Worker(_calls);

    private ITaskGroups Groups => GroupBench.Groups(_worker);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(1000)]
    public async Task Chord_AllSucceed_CallbackGetsTheResultsInOrderOnce(int count)
    {
        var id = await Groups.ChordAsync(Enumerable.Range(0, count).Select(number => new ChildTask(number)), new CallbackTask("sum"));

        await _bench.SettleAsync(_worker);

        var (callback, task) = Assert.Single(_bench.Script.Runs);
        Assert.Equal(Enumerable.Range(0, count).Select(number => (int?)(number * 10)), Numbers(task));
        var group = (await Groups.FindAsync(id))!;
        Assert.Equal(
            (GroupState.Succeeded, count, count, 0, callback), (group.State, group.Count, group.Ended, group.Failed, group.CallbackId));
        Assert.Equal(Enumerable.Range(0, count).Select(number => number * 10), await Groups.GetResultsAsync<int>(id, TimeSpan.Zero));
        Assert.Empty(await _bench.RowsAsync(StorageNames.ControlTable, "open-groups"));
        Assert.DoesNotContain(_bench.Simulation.Storage.Blobs.List(StorageNames.PayloadsContainer), name => name.StartsWith("groups/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Chord_OfAThousand_SharesItsRequests()
    {
        await Groups.ChordAsync(Enumerable.Range(0, 1000).Select(number => new ChildTask(number)), new CallbackTask("sum"));
        await _bench.Simulation.DrainAsync(_worker);

        Assert.InRange(_calls.Calls.Count, 30, 150);
        Assert.Single(_bench.Script.Runs);
    }

    [Fact]
    public async Task Chord_FailuresWithinTheTolerance_AreNullInTheResults()
    {
        _bench.Script.Child = number => number == 1 ? TaskOutcome.DeadLetter("odd one") : number == 2 ? TaskOutcome.Discard("none") : TaskOutcome.CompletedWith(number);

        var id = await Groups.ChordAsync(
            Enumerable.Range(0, 4).Select(number => new ChildTask(number)), new CallbackTask("sum"), new GroupOptions { MaxFailedShare = 0.25 });
        await _bench.SettleAsync(_worker);

        Assert.Equal([0, null, null, 3], Numbers(Assert.Single(_bench.Script.Runs).Task));
        Assert.Equal((GroupState.Succeeded, 1), ((await Groups.FindAsync(id))!.State, (await Groups.FindAsync(id))!.Failed));
    }

    [Fact]
    public async Task Chord_MoreFailThanItTolerates_ErrorCallbackIsToldInstead()
    {
        _bench.Script.Child = number => number < 2 ? throw new InvalidOperationException($"no {number}") : TaskOutcome.Completed;

        var id = await Groups.ChordAsync(
            Enumerable.Range(0, 4).Select(number => new ChildTask(number)),
            new CallbackTask("sum"),
            new GroupOptions { MaxFailed = 1, OnError = new FailedTask("alas") });
        await _bench.SettleAsync(_worker);

        var told = (FailedTask)Assert.Single(_bench.Script.Runs).Task;
        Assert.Equal("alas", told.Title);
        Assert.Equal(["no 0", "no 1"], told.Failures!.Value.EnumerateArray().Select(failure => failure.GetProperty("reason").GetString()));
        Assert.Equal([0, 1], told.Failures!.Value.EnumerateArray().Select(failure => failure.GetProperty("index").GetInt32()));
        Assert.Equal((GroupState.Failed, 2), ((await Groups.FindAsync(id))!.State, (await Groups.FindAsync(id))!.Failed));
        Assert.Equal("CEL0223", (await Assert.ThrowsAsync<CelerityException>(() => Groups.GetResultsAsync<int>(id, TimeSpan.Zero))).Code);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(20_000)]
    [InlineData(100_000)]
    public async Task Chord_ResultsOfAnySize_ComeWhole(int size)
    {
        _bench.Script.Child = number => TaskOutcome.CompletedWith(new string((char)('a' + number), size));

        await Groups.ChordAsync(Enumerable.Range(0, 3).Select(number => new ChildTask(number)), new CallbackTask("join"));
        await _bench.SettleAsync(_worker);

        var results = ((CallbackTask)Assert.Single(_bench.Script.Runs).Task).Results!;
        Assert.Equal(
            [new string('a', size), new string('b', size), new string('c', size)], results.Select(result => result!.Value.GetString()));
    }

    [Fact]
    public async Task Chord_UntrackedChildren_AreCountedAllTheSame()
    {
        await Groups.ChordAsync(Enumerable.Range(0, 5).Select(number => new UntrackedChild(number)), new CallbackTask("sum"));
        await _bench.SettleAsync(_worker);

        Assert.Equal([0, 10, 20, 30, 40], Numbers(Assert.Single(_bench.Script.Runs).Task));
    }

    [Fact]
    public async Task Chord_EndedAndDeliveredAgain_SendsNoSecondCallback()
    {
        await Groups.ChordAsync([new ChildTask(1), new ChildTask(2)], new CallbackTask("sum"));
        var item = (await _bench.Simulation.ReceiveAsync())!;
        await TaskSimulation.RunAsync(_worker, item);

        // The host deletes nothing: the same delivery comes again, and once more from the poison queue.
        await _bench.SettleAsync(_worker);
        await _bench.Simulation.DropAsync(item.Body);
        await _bench.Simulation.PoisonAsync();
        await TaskSimulation.DrainPoisonAsync(_worker);
        await _bench.SettleAsync(_worker);

        Assert.Single(_bench.Script.Runs);
    }

    [Fact]
    public async Task Group_WithoutCallback_EndsAndWakesWhoWaits()
    {
        var id = await Groups.GroupAsync([new ChildTask(1), new TaskChain([new LinkTask("a"), new LinkTask("b")])]);
        var wait = Groups.GetResultsAsync<int>(id, TimeSpan.FromMinutes(1));
        Assert.Equal((GroupState.Running, 0), ((await Groups.FindAsync(id))!.State, (await Groups.FindAsync(id))!.Ended));

        await _bench.Simulation.DrainAsync(_worker);

        var results = await wait.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal([10, 2], results);
        Assert.Equal((GroupState.Succeeded, null), ((await Groups.FindAsync(id))!.State, (await Groups.FindAsync(id))!.CallbackId));
    }

    [Fact]
    public async Task Group_ChainInItFails_CountsAsOneFailure()
    {
        _bench.Script.Link = _ => TaskOutcome.DeadLetter("broken link");

        var id = await Groups.GroupAsync([new ChildTask(1), new TaskChain([new LinkTask("a"), new LinkTask("b")])]);
        await _bench.SettleAsync(_worker);

        Assert.Equal((GroupState.Failed, 2, 1), ((await Groups.FindAsync(id))!.State, (await Groups.FindAsync(id))!.Ended, (await Groups.FindAsync(id))!.Failed));
    }

    [Fact]
    public async Task Group_LargePayload_TravelsInABlob()
    {
        await Groups.GroupAsync([new CallbackTask(new string('x', 100_000)), new ChildTask(1)]);
        await _bench.SettleAsync(_worker);

        Assert.Equal(100_000, ((CallbackTask)Assert.Single(_bench.Script.Runs).Task).Title.Length);
    }

    [Fact]
    public async Task Group_BadInput_IsRefusedByCodeAndSendsNothing()
    {
        var before = _bench.Simulation.Storage.Queues.SentCount;
        async Task<string> CodeOf(Func<Task> send) => (await Assert.ThrowsAsync<CelerityException>(send)).Code;

        Assert.Equal("CEL0220", await CodeOf(() => Groups.GroupAsync([])));
        Assert.Equal("CEL0220", await CodeOf(() => Groups.GroupAsync([new ChildTask(1)], new GroupOptions { MaxFailed = -1 })));
        Assert.Equal("CEL0220", await CodeOf(() => Groups.GroupAsync([new ChildTask(1)], new GroupOptions { MaxFailedShare = 1.1 })));
        Assert.Equal("CEL0220", await CodeOf(() => Groups.GroupAsync([new NamedTask("group.child", JsonElement.Parse("[1]"))])));
        Assert.Equal("CEL0220", await CodeOf(() => Groups.ChainAsync([])));
        Assert.Equal("CEL0201", await CodeOf(() => Groups.GroupAsync([new NamedTask("no.such", JsonElement.Parse("{}"))])));
        Assert.Equal("CEL0206", await CodeOf(() => Groups.GroupAsync([new object()])));
        Assert.Equal("CEL0203", await CodeOf(() => Groups.GroupAsync([new TaskChain([new ChildTask(1), new CallbackTask(new string('x', 60_000))])])));
        Assert.Equal("CEL0203", await CodeOf(() => Groups.ChordAsync([new ChildTask(1)], new CallbackTask(new string('x', 60_000)))));
        Assert.Equal("CEL0221", await CodeOf(() => Groups.GetResultsAsync<int>("nobody", TimeSpan.Zero)));
        Assert.Null(await Groups.FindAsync("nobody"));
        Assert.Equal(before, _bench.Simulation.Storage.Queues.SentCount);
        Assert.Empty(await _bench.RowsAsync(StorageNames.LedgerTable));
    }

    private static IEnumerable<int?> Numbers(object callback) =>
        ((CallbackTask)callback).Results!.Select(result => result is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : (int?)null);
}
