using Celerity.Tests.Protocol;
using Celerity.Tests.Runs.Model;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>
/// Every order of the storage calls of what is asked of a run, of its orchestration, its slices and maintenance, with a death or a lost reply anywhere: what was answered is
/// done, once, and nothing is left behind.
/// </summary>
public sealed class RunModelTests(ITestOutputHelper output)
{
    private static readonly RunOperation Cancel = new("cancel", RunOperationKind.Cancel);
    private static readonly RunOperation Retry = new("retry", RunOperationKind.RetryFailed);
    private static readonly RunOperation Suspend = new("suspend", RunOperationKind.Suspend) { IsRepeated = true };
    private static readonly RunOperation Resume = new("resume", RunOperationKind.Resume) { After = "suspend" };
    private static readonly RunOperation Restart = new("restart", RunOperationKind.Restart);
    private static readonly RunOperation Later = new("restart of stage 2", RunOperationKind.Restart) { Stage = 2 };
    private static readonly RunOperation Clone = new("clone", RunOperationKind.Clone) { IsRepeated = true };

    private static readonly RunStory[] Stories =
    [
        new("two starts by one key", RunScene.None, new("start", RunOperationKind.Start), new("another start", RunOperationKind.Start)) { Steps = RunPace.Never },
        new("a start and a cancel", RunScene.None, new("start", RunOperationKind.Start), Cancel) { Rounds = 1 },
        new("a cancel at the end", RunScene.Brief, Cancel) { LostReplies = 1 },
        new("a retry that is asked again", RunScene.Ended, Retry with { IsRepeated = true }) { Steps = RunPace.Never, Rounds = 1, LostReplies = 1 },
        new("two restarts", RunScene.Ended, Retry, Restart) { Steps = RunPace.Never },
        new("a suspend while slices run", RunScene.AtWork, Suspend, Resume) { Steps = RunPace.Never, Slices = RunPace.Apart },
        new("a suspend between steps", RunScene.Begun, Suspend, Resume) { Waits = 0 },
        new("a suspend for long", RunScene.AtWork, Suspend with { Pace = RunPace.Whole }, Resume) { Steps = RunPace.Whole, Slices = RunPace.Whole, IsPatient = true },
        new("a cancel of a suspended run", RunScene.AtWork, Suspend, Cancel with { After = "suspend" }) { Steps = RunPace.Whole, Slices = RunPace.Whole },
        new("a cancel while slices run", RunScene.AtWork, Cancel) { Steps = RunPace.Whole, Slices = RunPace.Apart, SlicesApart = 1 },
        new("a cancel and a retry while slices run", RunScene.AtWork, Cancel, Retry with { After = "cancel" }) { Steps = RunPace.Whole, Slices = RunPace.Apart, SlicesApart = 1, Deaths = 0, Waits = 0 },
        new("a retry and a late slice", RunScene.Untold, Retry) { Steps = RunPace.Whole, Slices = RunPace.Apart, SlicesApart = 1 },
        new("a retry and a cancel", RunScene.Ended, Retry, Cancel) { Steps = RunPace.Never, Rounds = 1 },
        new("a restart of a later stage", RunScene.Ended, Later) { Stages = 2, Slices = RunPace.Apart, SlicesApart = 1, Waits = 0 },
        new("a restart of a later stage and a late slice", RunScene.Untold, Later) { Stages = 2, Steps = RunPace.Whole, Slices = RunPace.Apart, SlicesApart = 1 },
        new("a clone that is asked again", RunScene.Ended, Clone) { Steps = RunPace.Never, Rounds = 1 },
        new("a clone that runs", RunScene.Ended, Clone) { Steps = RunPace.Whole, Slices = RunPace.Whole },
    ];

    // So that it can fail: what it finds with rules of docs/runs.md taken out.
    private static readonly Dictionary<string, (string Story, Func<StageMutation> Mutate)> Broken = new(StringComparer.Ordinal)
    {
        ["G2"] = ("a retry and a cancel", GenerationMutations.LeavesNoNote),
        ["G7"] = ("a retry and a late slice", GenerationMutations.DropsWhatTheRunLeft),
        ["G8"] = ("two restarts", GenerationMutations.RestartsBlindly),
        ["S1"] = ("a suspend for long", SuspensionMutations.CountsTimeWhileSuspended),
        ["S2"] = ("a suspend while slices run", SuspensionMutations.AsksForNoLook),
        ["S3"] = ("a cancel of a suspended run", SuspensionMutations.AsksForNoLook),
        ["S6"] = ("a suspend between steps", SuspensionMutations.StepsWhileSuspended),
        ["G12"] = ("a restart of a later stage", GenerationMutations.BeginsAllAnew),
        ["G2, of a clone"] = ("a clone that is asked again", GenerationMutations.LeavesNoNote),
        ["the key of a clone"] = ("a clone that is asked again", GenerationMutations.ForgetsTheKey),
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
        var found = Array.Find(Stories, story => story.Name == name)!.Without(mutate()).Explore();

        output.WriteLine($"{rule}: {found.Violation}");
        Assert.NotNull(found.Violation);
    }
}
