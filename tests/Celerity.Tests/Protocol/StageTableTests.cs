using Xunit;

namespace Celerity.Tests.Protocol;

/// <summary>Each rule of chunks and of the stage ledger is caught: its test, which passes as the engine is, fails with the rule taken out.</summary>
public sealed class StageTableTests(ITestOutputHelper output)
{
    public static TheoryData<int, string> Rows
    {
        get
        {
            var rows = new TheoryData<int, string>();
            foreach (var row in StageTable.Rows)
            {
                rows.Add(row.Number, row.Without);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Row_WithoutItsRule_FailsItsTest(int number, string without)
    {
        var row = StageTable.Rows.Single(row => row.Number == number);
        return StageMutation.AssertIsCaughtAsync(without, row.Mutate, row.Test, output);
    }
}
