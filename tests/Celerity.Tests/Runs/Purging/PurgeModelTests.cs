using Celerity.Tests.Protocol;
using Celerity.Tests.Runs.Purging.Model;
using Xunit;

namespace Celerity.Tests.Runs.Purging;

/// <summary>
/// Every order of the storage calls of a purge, a restart, a late slice and maintenance, with a death or a lost reply anywhere: the run lives whole, or nothing of it is left.
/// </summary>
public sealed class PurgeModelTests(ITestOutputHelper output)
{
    private static readonly PurgeStory[] Stories =
    [
        new("a purge") { LostReplies = 1 },
        new("a purge and a restart") { HasRestart = true },
        new("a purge and a late slice") { HasLateSlice = true },
        new("a purge and two rounds") { Maintainers = 2, Deaths = 0 },
    ];

    // So that it can fail: what it finds with rules of docs/runs.md taken out.
    private static readonly Dictionary<string, (string Story, Func<StageMutation> Mutate)> Broken = new(StringComparer.Ordinal)
    {
        ["P1"] = ("a purge", PurgeMutations.LeavesNoNote),
        ["P4"] = ("a purge and a late slice", PurgeMutations.DeletesDeadRowsAtOnce),
        ["P7"] = ("a purge", PurgeMutations.DeletesTheRunFirst),
    };

    public static TheoryData<string> Rules => [.. Broken.Keys];

    public static TheoryData<string> Names => [.. Stories.Select(story => story.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Purge_EveryOrder_TheRunLivesWholeOrNothingIsLeft(string name)
    {
        var found = Array.Find(Stories, story => story.Name == name)!.Explore();

        output.WriteLine($"{name}: {found.States} states, {found.Ends} ends. {found.Violation}");
        Assert.Null(found.Violation);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Purge_WithoutARule_IsCaught(string rule)
    {
        var (name, mutate) = Broken[rule];
        var found = (Array.Find(Stories, story => story.Name == name)! with { Tables = mutate().Tables }).Explore();

        output.WriteLine($"{rule}: {found.Violation}");
        Assert.NotNull(found.Violation);
    }
}
