using Celerity.Tests.Protocol;
using Xunit;

namespace Celerity.Tests.Stages.Outputs;

/// <summary>Each rule of outputs in <c>docs/stages.md</c> is caught: its test, which passes as the engine is, fails with the rule taken out.</summary>
public sealed class OutputTableTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (Func<StageMutation> Mutate, Func<OutputTests, MergeTests, Task> Test)> Table = new(StringComparer.Ordinal)
    {
        ["O1"] = (OutputMutations.WritesOneBlob, (outputs, _) => outputs.Slice_RunTwiceWithOtherOutputs_ReadsWhatTheRowsName()),
        ["O2"] = (OutputMutations.ComparesGenerations, (outputs, _) => outputs.RetryFailed_ChunksOfTheNextStageFailed_TakesTheOthersOver()),
        ["O3"] = (OutputMutations.ForgetsTheForm, (outputs, _) => outputs.List_SomeChunksWereWrittenInAnotherForm_IsRefused()),
        ["O4"] = (OutputMutations.ForgetsTheOwner, (_, merges) => merges.Merge_AnyFaultAtAnyCall_EndsWithTheSameBytes(DatasetFormat.Csv)),
        ["O5"] = (OutputMutations.MergesBlindly, (_, merges) => merges.Merge_OverABlobOfOthers_IsRefusedAndLeavesIt()),
    };

    public static TheoryData<string> Rows => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Row_WithoutItsRule_FailsItsTest(string row) =>
        StageMutation.AssertIsCaughtAsync(row, Table[row].Mutate, () => Table[row].Test(new OutputTests(output), new MergeTests()), output);
}
