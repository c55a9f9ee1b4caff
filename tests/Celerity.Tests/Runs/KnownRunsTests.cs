using Celerity.Runs;
using Celerity.TestKit.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>What a process knows of runs spares it reads, and decides nothing that another process has changed.</summary>
public sealed class KnownRunsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly InMemoryStorage _storage = new();
    private readonly RunStore _mine;
    private readonly RunStore _theirs;

    public KnownRunsTests() => (_mine, _theirs) = (NewStore(), NewStore());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChangeAsync_AnotherHasChangedTheRun_GoesByWhatItLeft()
    {
        var id = await AddAsync();
        await _theirs.ChangeAsync(id, run => run with { State = RunState.Cancelling }, Cancel);
        var seen = new List<RunState>();

        var run = await _mine.ChangeAsync(id, run => Begin(run, seen), Cancel);

        Assert.Equal([RunState.Pending, RunState.Cancelling], seen);
        Assert.Equal(RunState.Cancelling, run!.State);
    }

    [Fact]
    public async Task ChangeAsync_WhatIsKnownDeclines_IsReadBeforeItCounts()
    {
        var id = await AddAsync();
        await _mine.ChangeAsync(id, run => run with { State = RunState.Running }, Cancel);
        await _theirs.ChangeAsync(id, run => run with { State = RunState.Pending }, Cancel);
        var seen = new List<RunState>();

        var run = await _mine.ChangeAsync(id, run => Begin(run, seen), Cancel);

        Assert.Equal([RunState.Running, RunState.Pending], seen);
        Assert.Equal(RunState.Running, run!.State);
    }

    [Fact]
    public async Task Gate_AnotherHasCancelledTheRun_SeesItWhenWhatIsKnownIsTooOld()
    {
        var id = await AddAsync();
        var gate = new RunGate(_mine, _time);
        await _theirs.ChangeAsync(id, run => run with { State = RunState.Cancelling }, Cancel);
        _time.Advance(RunGate.Freshness / 2);
        Assert.True(await gate.IsOpenAsync(id, 1, Cancel));

        // Two seconds after it was written, not after it was asked for first.
        _time.Advance(RunGate.Freshness / 2);
        Assert.False(await gate.IsOpenAsync(id, 1, Cancel));
    }

    [Fact]
    public async Task Keep_AnOlderReadComesLate_LeavesTheNewer()
    {
        var known = new KnownRuns(_time);
        var run = (await _mine.FindAsync(await AddAsync(), Cancel))!;
        known.Keep(run with { State = RunState.Running }, _time.GetUtcNow());

        known.Keep(run, _time.GetUtcNow() - TimeSpan.FromSeconds(1));

        Assert.Equal(RunState.Running, known.Find(run.Id, RunGate.Freshness)!.Value.Run.State);
    }

    private static RunRecord? Begin(RunRecord run, List<RunState> seen)
    {
        seen.Add(run.State);
        return run.State == RunState.Pending ? run with { State = RunState.Running } : null;
    }

    private RunStore NewStore() => new(_storage.Tables, new KnownRuns(_time));

    private async Task<string> AddAsync()
    {
        var run = new RunRecord { Id = RunKey.NewId(_time), Pipeline = "p", State = RunState.Pending, Request = "null", CreatedAt = _time.GetUtcNow() };
        Assert.True(await _mine.TryInsertAsync(run, Cancel));
        return run.Id;
    }
}
