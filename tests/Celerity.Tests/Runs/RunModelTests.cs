using Celerity.Tests.Protocol;
using Celerity.Tests.Runs.Model;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>
/// Every order of the storage calls of what is asked of a run, of its orchestration and maintenance, with a death or a lost reply anywhere: what was answered is
/// done, once, and nothing is left behind.
/// </summary>
public sealed class RunModelTests(ITestOutputHelper output)
{
    private static readonly RunOperation Cancel = new("cancel", RunOperationKind.Cancel);
    private static readonly RunOperation Retry = new("retry", RunOperationKind.RetryFailed);
    private static readonly RunOperation Restart = new("restart", RunOperationKind.Restart);

    private static readonly RunStory[] Stories =
    [
        new("two starts by one key", RunScene.None, new("start", RunOperationKind.Start), new("another start", RunOperationKind.Start)) { GoesOn = false },
        new("a start and a cancel", RunScene.None, new("start", RunOperationKind.Start), Cancel) { Rounds = 1 },
        new("a cancel at the end", RunScene.Brief, Cancel) { LostReplies = 1 },
        new("a retry that is asked again", RunScene.Ended, Retry with { IsRepeated = true }) { GoesOn = false, Rounds = 1, LostReplies = 1 },
        new("two restarts", RunScene.Ended, Retry, Restart) { GoesOn = false },
        new("a retry and a cancel", RunScene.Ended, Retry, Cancel) { GoesOn = false, Rounds = 1 },
    ];

    // So that it can fail: what it finds with rules of docs/runs.md taken out.
    private static readonly Dictionary<string, (string Story, Func<StageMutation> Mutate)> Broken = new(StringComparer.Ordinal)
    {
        ["G2"] = ("a retry and a cancel", GenerationMutations.LeavesNoNote),
        ["G8"] = ("two restarts", GenerationMutations.RestartsBlindly),
        ["G10"] = ("a retry that is asked again", GenerationMutations.TakesWhatIsTaken),
    };

    public static TheoryData<string> Rules => [.. Broken.Keys];

    public static TheoryData<string> Names => [.. Stories.Select(story => story.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Operations_InEveryOrder_AreDoneOnce(string name)
    {
        var found = Array.Find(Stories, story => story.Name == name)!.Explore();

        output.WriteLine($"{name}: {found.States} states, {found.Ends} ends. {found.Violation}");
        Assert.Null(found.Violation);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Operations_WithoutARule_AreCaught(string rule)
    {
        var (name, mutate) = Broken[rule];
        var found = (Array.Find(Stories, story => story.Name == name)! with { Tables = mutate().Tables }).Explore();

        output.WriteLine($"{rule}: {found.Violation}");
        Assert.NotNull(found.Violation);
    }
}
