using Celerity.Runs;
using Celerity.Storage;
using Celerity.Tasks.Results;
using Celerity.TestKit.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Tests.Runs;

public sealed class RunEndsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly ITableStore _tables = new InMemoryStorage().Tables;
    private readonly RunStore _runs;
    private readonly RunEnds _ends;

    public RunEndsTests()
    {
        _runs = new RunStore(_tables, new KnownRuns(_time));
        _ends = new RunEnds(_runs, new EndSignals(), _time);
    }

    [Fact]
    public async Task WaitAsync_ARunThatHasEnded_ReturnsAtOnce()
    {
        var id = await AddRunAsync(RunState.Succeeded);

        Assert.True(_ends.WaitAsync(id, Limit, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task WaitAsync_NoSuchRun_ReturnsAtOnce() =>
        await _ends.WaitAsync(RunKey.NewId(_time), Limit, TestContext.Current.CancellationToken);

    [Fact]
    public async Task WaitAsync_TheRunEndsInThisProcess_IsWokenWithoutTime()
    {
        var id = await AddRunAsync(RunState.Running);
        var wait = _ends.WaitAsync(id, Limit, TestContext.Current.CancellationToken);
        Assert.False(wait.IsCompleted);

        await EndAsync(id);
        _ends.Announce(id);

        await wait.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task WaitAsync_TheRunEndsElsewhere_IsSeenWithinASecond()
    {
        var id = await AddRunAsync(RunState.Running);
        var wait = _ends.WaitAsync(id, Limit, TestContext.Current.CancellationToken);

        await EndAsync(id);
        _time.Advance(TimeSpan.FromSeconds(1));

        await wait.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task WaitAsync_TheRunHasEndedHereAndWasStartedAgainElsewhere_Waits()
    {
        var id = await AddRunAsync(RunState.Running);
        await EndAsync(id);
        await new RunStore(_tables, new KnownRuns(_time)).ChangeAsync(id, run => run with { State = RunState.Pending, Generation = 2 }, TestContext.Current.CancellationToken);

        Assert.False(_ends.WaitAsync(id, Limit, TestContext.Current.CancellationToken).IsCompleted);
    }

    [Fact]
    public async Task WaitAsync_TheRunGoesOn_ReturnsAfterTheLimit()
    {
        var id = await AddRunAsync(RunState.Running);
        var wait = _ends.WaitAsync(id, TimeSpan.FromMilliseconds(250), TestContext.Current.CancellationToken);
        Assert.False(wait.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(250));

        await wait.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private async Task<string> AddRunAsync(RunState state)
    {
        var run = new RunRecord { Id = RunKey.NewId(_time), Pipeline = "p", State = state, Request = "null", CreatedAt = _time.GetUtcNow() };
        Assert.True(await _runs.TryInsertAsync(run, TestContext.Current.CancellationToken));
        return run.Id;
    }

    private async Task EndAsync(string id) =>
        await _runs.ChangeAsync(id, run => run with { State = RunState.Succeeded }, TestContext.Current.CancellationToken);
}
