using Celerity.Tests.Protocol;
using Celerity.Tests.Schedules.Model;
using Xunit;

namespace Celerity.Tests.Schedules;

/// <summary>
/// Every order of the storage calls of two rounds of one schedule, with a death and a lost reply anywhere, clocks that jump, and operators in between:
/// one task for each due time, none missed, and what an operator was told holds.
/// </summary>
public sealed class ScheduleModelTests(ITestOutputHelper output)
{
    private static readonly TimeSpan[] Ahead = [TimeSpan.FromMinutes(5)];
    private static readonly TimeSpan[] Back = [TimeSpan.FromMinutes(-7)];

    private static readonly ScheduleStory[] Stories =
    [
        new("two rounds", OverlapPolicy.Allow),
        new("a clock that jumps ahead", OverlapPolicy.Allow) { Jumps = Ahead, Deaths = 0, LostReplies = 0, Preemptions = 2 },
        new("a clock that jumps ahead, and a death", OverlapPolicy.Allow) { Jumps = Ahead, Rounds = 1 },
        new("a clock that jumps back", OverlapPolicy.Allow) { Jumps = Back, LostReplies = 0, Preemptions = 1 },
        new("skip", OverlapPolicy.Skip) { Ends = 1, LostReplies = 0, Preemptions = 1 },
        new("queue", OverlapPolicy.Queue) { Ends = 1, LostReplies = 0, Preemptions = 1 },
        new("queue, and another due time", OverlapPolicy.Queue) { Ends = 1, Jumps = Ahead, Deaths = 0, LostReplies = 0, Preemptions = 1 },
        new("replace", OverlapPolicy.Replace) { LostReplies = 0, Preemptions = 1 },
        new("a pause", OverlapPolicy.Allow) { Asks = ["pause"], Preemptions = 1 },
        new("a pause and a resume", OverlapPolicy.Allow) { Asks = ["pause", "resume"], LostReplies = 0, Preemptions = 1 },
        new("a resume by a clock that jumps back", OverlapPolicy.Allow) { Asks = ["pause", "resume"], LostReplies = 0, Jumps = Back, Rounds = 1, Preemptions = 1 },
        new("an edit", OverlapPolicy.Allow) { Asks = ["put"], Preemptions = 1 },
        new("a deletion", OverlapPolicy.Allow) { Asks = ["delete"], Preemptions = 1 },
        new("a run", OverlapPolicy.Allow) { Asks = ["run"], Rounds = 1, LostReplies = 0, Preemptions = 1 },
        new("a pause of what waits", OverlapPolicy.Queue) { Asks = ["pause", "resume"], LostReplies = 0, Ends = 1, Rounds = 1, Preemptions = 1 },
    ];

    // So that it can fail: what it finds with rules of docs/schedules.md taken out.
    private static readonly Dictionary<string, (string Story, Func<StageMutation> Mutate)> Broken = new(StringComparer.Ordinal)
    {
        ["S1"] = ("a pause", ScheduleMutations.DecidesBlindly),
        ["S2"] = ("skip", ScheduleMutations.ActsBeforeItDecides),
        ["S4"] = ("two rounds", ScheduleMutations.RoundsForgetDecisions),
        ["S6"] = ("a pause", ScheduleMutations.ChangesForgetDecisions),
        ["S11"] = ("queue, and another due time", ScheduleMutations.LetsManyWait),
        ["S18"] = ("a deletion", ScheduleMutations.ForgetsTheDeletedAtOnce),
    };

    public static TheoryData<string> Rules => [.. Broken.Keys];

    public static TheoryData<string> Names => [.. Stories.Select(story => story.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Schedule_EveryOrder_FiresOnceForEachDueTime(string name)
    {
        var found = Array.Find(Stories, story => story.Name == name)!.Explore();

        output.WriteLine($"{name}: {found.States} states, {found.Ends} ends");
        Assert.Null(found.Violation);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Schedule_WithoutARule_IsCaught(string rule)
    {
        var (name, mutate) = Broken[rule];
        var found = (Array.Find(Stories, story => story.Name == name)! with { Tables = mutate().Tables }).Explore();

        output.WriteLine($"{rule}: {found.Violation}");
        Assert.NotNull(found.Violation);
    }
}
