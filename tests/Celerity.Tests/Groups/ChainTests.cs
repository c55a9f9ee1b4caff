using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Groups;

public sealed class ChainTests
{
    private readonly GroupBench _bench = new();
    private readonly IServiceProvider _worker;

    public ChainTests() => _worker = _bench.Worker();

    private ITaskGroups Groups => GroupBench.Groups(_worker);

    private ITaskResults Results => _worker.GetRequiredService<ITaskResults>();

    [Fact]
    public async Task Chain_EachLinkSucceeds_GetsTheResultOfTheOneBefore()
    {
        var ids = await Groups.ChainAsync([new LinkTask("a"), new LinkTask("b"), new LinkTask("c")]);

        await _bench.SettleAsync(_worker);

        Assert.Equal(3, ids.Distinct().Count());
        var results = await Task.WhenAll(ids.Select(id => Results.GetResultAsync<int>(id, TimeSpan.Zero)));
        Assert.Equal([1, 2, 3], results);
        Assert.All(await Task.WhenAll(ids.Select(id => Results.FindAsync(id))), task => Assert.Equal("group.link", task!.Task));
    }

    [Fact]
    public async Task Chain_LargeResult_TravelsToTheNextLink()
    {
        var large = new string('x', 100_000);
        _bench.Script.Child = _ => TaskOutcome.CompletedWith(large);

        await Groups.ChainAsync([new ChildTask(1), new NamedTask("group.failed", JsonElement.Parse("""{"title":"t"}"""))]);
        await _bench.SettleAsync(_worker);

        Assert.Equal(large, ((FailedTask)Assert.Single(_bench.Script.Runs).Task).Previous);
    }

    [Fact]
    public async Task Chain_LinkFails_TellsTheErrorTaskAndSendsNoNext()
    {
        _bench.Script.Link = link => link.Title == "b" ? TaskOutcome.DeadLetter("broken") : TaskOutcome.CompletedWith(1);

        var ids = await Groups.ChainAsync([new LinkTask("a"), new LinkTask("b"), new LinkTask("c")], new FailedTask("alas"));
        await _bench.SettleAsync(_worker);

        var failure = ((FailedTask)Assert.Single(_bench.Script.Runs).Task).Failure!.Value;
        Assert.Equal((ids[1], "broken"), (failure.GetProperty("id").GetString(), failure.GetProperty("reason").GetString()));
        Assert.Null(await Results.FindAsync(ids[2]));
    }

    [Fact]
    public async Task Chain_LinkIsDiscarded_EndsQuietly()
    {
        _bench.Script.Link = _ => TaskOutcome.Discard("nothing to do");

        var ids = await Groups.ChainAsync([new LinkTask("a"), new LinkTask("b")], new FailedTask("alas"));
        await _bench.SettleAsync(_worker);

        Assert.Empty(_bench.Script.Runs);
        Assert.Null(await Results.FindAsync(ids[1]));
    }
}
