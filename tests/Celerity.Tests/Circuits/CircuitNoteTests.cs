using Celerity.Circuits;
using Xunit;

namespace Celerity.Tests.Circuits;

/// <summary>The changes of a circuit, as functions of its note and the time.</summary>
public sealed class CircuitNoteTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Over = Now.AddSeconds(30);
    private static readonly ActionNote By = new("here", "because");

    private readonly CircuitOptions _options = new() { Probes = 2, MaxBreakDuration = TimeSpan.FromSeconds(100) };

    private CircuitNote Open => CircuitNote.Never.Open(_options, Now, By)!;

    [Fact]
    public void State_GoesByTheClockAlone()
    {
        Assert.Equal(CircuitState.Closed, CircuitNote.Never.StateAt(Now));
        Assert.Equal(CircuitState.Open, Open.StateAt(Over.AddTicks(-1)));
        Assert.Equal(CircuitState.HalfOpen, Open.StateAt(Over));
    }

    [Fact]
    public void Open_WhatIsOpenOrForced_StaysAsItIs()
    {
        Assert.Null(Open.Open(_options, Over, By));
        Assert.Null(CircuitNote.Never.ForceTo(CircuitState.Closed, Now, By)!.Open(_options, Now, By));
    }

    [Fact]
    public void LetProbe_TakesWhatThereIsRoomFor_OnlyWhileHalfOpen()
    {
        Assert.Null(Open.LetProbe(["a"], _options, Now, Over));

        var probing = Open.LetProbe(["a", "b", "c"], _options, Over, Over.AddSeconds(60))!;

        Assert.True(probing.IsProbe("a") && probing.IsProbe("b") && !probing.IsProbe("c"));
        Assert.Null(probing.LetProbe(["c"], _options, Over, Over.AddSeconds(60)));
        Assert.Null(probing.LetProbe(["a"], _options, Over, Over.AddSeconds(60)));
    }

    [Fact]
    public void LetProbe_WhereOneIsLost_AnotherTakesItsPlace()
    {
        var probing = Open.LetProbe(["a", "b"], _options, Over, Over.AddSeconds(60))!;

        Assert.Equal(0, probing.RoomAt(Over.AddSeconds(59), _options));
        var again = probing.LetProbe(["c", "d", "e"], _options, Over.AddSeconds(60), Over.AddSeconds(120))!;
        Assert.Equal(["c", "d"], again.Probes.Select(probe => probe.Task));
    }

    [Fact]
    public void Pass_WithTheLastProbe_Closes_AndATwinCountsOnce()
    {
        var once = Open.LetProbe(["a", "b"], _options, Over, Over.AddSeconds(60))!.Pass(1, "a", _options, Over, By)!;
        Assert.Equal(CircuitState.HalfOpen, once.StateAt(Over));
        Assert.Equal(0, once.RoomAt(Over, _options));
        Assert.Null(once.Pass(1, "a", _options, Over, By));

        var closed = once.Pass(1, "b", _options, Over, By)!;

        Assert.Equal(CircuitState.Closed, closed.StateAt(Over));
        Assert.Equal(0, closed.InARow);
    }

    [Fact]
    public void Pass_WhereFewerAreAskedForThanHavePassed_OneMoreCloses()
    {
        var once = Open.LetProbe(["a"], _options, Over, Over.AddSeconds(60))!.Pass(1, "a", _options, Over, By)!;
        var fewer = new CircuitOptions { Probes = 1 };

        Assert.Equal(1, once.RoomAt(Over, fewer));
        Assert.Equal(CircuitState.Closed, once.LetProbe(["b"], fewer, Over, Over.AddSeconds(60))!.Pass(1, "b", fewer, Over, By)!.StateAt(Over));
    }

    [Fact]
    public void Fail_OpensForTwiceAsLong_UpToTheLongest()
    {
        var (note, now) = (Open, Over);
        foreach (var seconds in (int[])[60, 100, 100])
        {
            note = note.Fail(note.Opening, _options, now, By)!;
            Assert.Equal(TimeSpan.FromSeconds(seconds), note.Until - now);
            now = note.Until;
        }
    }

    [Fact]
    public void ProbeOfAnEarlierOpening_ChangesNothing()
    {
        var again = Open.LetProbe(["a", "b"], _options, Over, Over.AddSeconds(60))!.Fail(1, _options, Over, By)!;

        Assert.Null(again.Fail(1, _options, Over, By));
        Assert.Null(again.Pass(1, "b", _options, Over, By));
        Assert.Null(again.Leave(1, "b"));
    }

    [Fact]
    public void Leave_MakesRoom()
    {
        var probing = Open.LetProbe(["a", "b"], _options, Over, Over.AddSeconds(60))!;

        Assert.Equal(1, probing.Leave(1, "a")!.RoomAt(Over, _options));
        Assert.Null(probing.Leave(1, "c"));
    }

    [Fact]
    public void Forced_NeitherTimeNorProbesChangeIt()
    {
        var forced = Open.LetProbe(["a", "b"], _options, Over, Over.AddSeconds(60))!.ForceTo(CircuitState.Open, Over, By)!;

        Assert.Equal(CircuitState.Open, forced.StateAt(Over.AddYears(1)));
        Assert.Equal(0, forced.RoomAt(Over, _options));
        Assert.Null(forced.Pass(1, "a", _options, Over, By));
        Assert.Null(forced.Fail(1, _options, Over, By));
        Assert.Null(forced.ForceTo(CircuitState.Open, Over, By));
    }

    [Fact]
    public void Release_OfForcedOpen_IsHalfOpen_OfForcedClosed_IsClosed()
    {
        Assert.Equal(CircuitState.HalfOpen, CircuitNote.Never.ForceTo(CircuitState.Open, Now, By)!.Release(Now, By)!.StateAt(Now));
        Assert.Equal(CircuitState.Closed, Open.ForceTo(CircuitState.Closed, Now, By)!.Release(Now, By)!.StateAt(Now));
        Assert.Null(Open.Release(Now, By));
    }

    [Fact]
    public void Break_DoublesWithoutEnd_IsBounded()
    {
        Assert.Equal(TimeSpan.FromMinutes(10), new CircuitOptions().BreakOf(5000));
        Assert.Equal(TimeSpan.FromHours(1), new CircuitOptions { BreakDuration = TimeSpan.FromHours(1) }.BreakOf(2));
    }
}
