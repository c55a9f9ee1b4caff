using Celerity.DeadLetters.Actions;
using Celerity.Tests.DeadLetters.Model;
using Celerity.Tests.Protocol;
using Xunit;

namespace Celerity.Tests.DeadLetters;

/// <summary>
/// Every order of the storage calls of replays and purges of the letters of one group, with a death or a lost reply anywhere: each letter that is marked is
/// one task, figures and counts are what is there, a canary that fails and a stop hold.
/// </summary>
public sealed class LetterModelTests(ITestOutputHelper output)
{
    private static readonly ActionPlan Replay = new(ActionRow.Replay);
    private static readonly ActionPlan Canary = new(ActionRow.Replay, Canary: 1);
    private static readonly ActionPlan Purge = new(ActionRow.Purge);
    private static readonly ActionPlan PurgeOfOpen = new(ActionRow.Purge, State: DeadLetterState.Open);

    private static readonly LetterStory[] Stories =
    [
        new("two replays", Replay, Replay),
        new("a replay and a purge", Replay, Purge),
        new("a replay and a purge of what is open", Replay, PurgeOfOpen),
        new("a canary that succeeds", Canary) { Steppers = [0], CanaryEnd = TaskState.Succeeded },
        new("a canary that fails", Canary) { Steppers = [0], CanaryEnd = TaskState.DeadLettered, LostReplies = 1 },
        new("a canary made twice", Canary) { Steppers = [0, 0], CanaryEnd = TaskState.DeadLettered, Deaths = 0, Preemptions = 1 },
        new("a canary beside another replay", Canary, Replay) { CanaryEnd = TaskState.DeadLettered, Deaths = 0, Preemptions = 1 },
        new("a stop", Replay) { Steppers = [0], IsCancelled = true },
        new("a stop, and a lost reply", Replay) { Steppers = [0], Letters = 1, IsCancelled = true, LostReplies = 1 },
        new("a stop of a canary", Canary) { Steppers = [0], IsCancelled = true, CanaryEnd = TaskState.Succeeded, Deaths = 0 },
        new("a stop of a purge", Purge) { Steppers = [0], IsCancelled = true, LostReplies = 1 },
        new("a step made twice", Replay) { Steppers = [0, 0], Letters = 1, LostReplies = 1, Preemptions = 1 },
        new("a purge made twice", Purge) { Steppers = [0, 0] },
        new("two purges", Purge, Purge),
        new("a stop of a step made twice", Replay) { Steppers = [0, 0], Letters = 1, IsCancelled = true, Deaths = 0, Preemptions = 2 },
        new("a stop of a purge made twice", Purge) { Steppers = [0, 0], Letters = 1, IsCancelled = true, Deaths = 0, Preemptions = 2 },
    ];

    // So that it can fail: what it finds with rules of docs/dead-letters.md taken out.
    private static readonly Dictionary<string, (string Story, Func<StageMutation> Mutate)> Broken = new(StringComparer.Ordinal)
    {
        ["L1"] = ("two replays", LetterMutations.MarksBlindly),
        ["L2"] = ("a step made twice", LetterMutations.ForgetsWhatItMarked),
        ["L3"] = ("two replays", LetterMutations.CountsByItself),
        ["L5"] = ("a stop", LetterMutations.StopsAtOnce),
        ["L7"] = ("a purge made twice", LetterMutations.CountsNothingAhead),
        ["L8"] = ("a replay and a purge", LetterMutations.MindsNoOther),
        ["L9"] = ("a stop of a step made twice", LetterMutations.StopsWithoutAFence),
    };

    public static TheoryData<string> Rules => [.. Broken.Keys];

    public static TheoryData<string> Names => [.. Stories.Select(story => story.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Letters_EveryOrder_NothingIsLostDoubledOrMiscounted(string name)
    {
        var found = Array.Find(Stories, story => story.Name == name)!.Explore();

        output.WriteLine($"{name}: {found.States} states, {found.Ends} ends. {found.Violation}");
        Assert.Null(found.Violation);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Letters_WithoutARule_IsCaught(string rule)
    {
        var (name, mutate) = Broken[rule];
        var found = (Array.Find(Stories, story => story.Name == name)! with { Tables = mutate().Tables }).Explore();

        output.WriteLine($"{rule}: {found.Violation}");
        Assert.NotNull(found.Violation);
    }
}
