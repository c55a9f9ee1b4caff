using Celerity.Tests.Tasks.Model;
using Xunit;

namespace Celerity.Tests.Tasks;

/// <summary>Groups explored: two processes end the tasks of a chord or a chain in every order of their calls, and die in every place.</summary>
public sealed class GroupModelTests(ITestOutputHelper output)
{
    [Fact]
    public void Chord_TwoTasksOnTwoProcessesAndADeath_CallsBackOnceWithBothResults() =>
        Hold(SentGroup.Chord("chord", isApart: true, new FullTask(), new FullTask()) with { Deaths = 1, Preemptions = 1 });

    [Fact]
    public void Chord_OneFails_CallsTheErrorTaskOnce() =>
        Hold(SentGroup.Chord("failing chord", isApart: true, new OnceTask(), new OnceTask()) with { Failures = 1, Deaths = 1, Preemptions = 0 });

    [Fact]
    public void Chord_OnePackThatComesAgain_CallsBackOnceWithBothResults() =>
        Hold(SentGroup.Chord("packed chord", isApart: false, new FullTask(), new FullTask()) with { Deaths = 1, Preemptions = 0 });

    [Fact]
    public void Chord_WatchComesBy_CallsBackOnce() => Hold(SentGroup.Chord("watched chord", isApart: true, new FullTask(), new FullTask()) with
    {
        Rounds = 1,
        Jumps = 1,
        Spans = [TimeSpan.FromMinutes(2)],
        Preemptions = 1,
    });

    [Fact]
    public void Chain_LinkFailsAndADeath_EachLinkOnce() =>
        Hold(SentGroup.Chain("chain", new FullTask(), new FollowTask()) with { Deaths = 1, LostLeases = 1, Failures = 1, Preemptions = 1 });

    private void Hold(Scenario scenario)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var found = ScheduleExplorer.Explore(scenario);
        output.WriteLine($"{scenario}: {found.States} states, {found.Ends} ends {watch.Elapsed}");
        Assert.True(found.Violation is null, found.Violation);
        Assert.True(found.Ends > 1, $"{found.Ends} ends");
    }
}
