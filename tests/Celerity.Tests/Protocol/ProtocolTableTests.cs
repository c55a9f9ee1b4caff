using System.Globalization;
using System.Text.RegularExpressions;
using Celerity.Tests.Tasks.Model;
using Xunit;

namespace Celerity.Tests.Protocol;

/// <summary>
/// Each row of the table in <c>docs/state-machine.md</c> holds as the engine is, in every order of the calls to storage, and breaks with its
/// rule taken out: what these tests explore would catch a change that loses the rule.
/// </summary>
public sealed partial class ProtocolTableTests(ITestOutputHelper output)
{
    public static TheoryData<int, string> Rows
    {
        get
        {
            var rows = new TheoryData<int, string>();
            foreach (var row in ProtocolTable.Rows)
            {
                rows.Add(row.Number, row.Without);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_AsTheEngineIs_Holds_AndWithoutItsRule_Breaks(int number, string without)
    {
        var (_, _, scenario, mutant) = ProtocolTable.Rows.Single(row => row.Number == number && row.Without == without);
        var real = ScheduleExplorer.Explore(scenario);
        output.WriteLine($"{scenario}: {real.States} states, {real.Ends} ends");
        Assert.True(real.Violation is null, real.Violation);
        Assert.True(real.Ends > 1, $"{real.Ends} ends");

        var broken = ScheduleExplorer.Explore(scenario with { Mutant = mutant });
        output.WriteLine($"{without}: {broken.Violation}");
        Assert.NotNull(broken.Violation);
    }

    [Fact]
    public void EachRowOfTheDocument_HasAMutant()
    {
        var document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "state-machine.md"));
        var documented = RowPattern().Matches(document).Select(row => int.Parse(row.Groups["row"].Value, CultureInfo.InvariantCulture)).ToHashSet();
        var caught = ProtocolTable.Rows.Select(row => row.Number).Concat(StageTable.Rows.Select(row => row.Number)).ToHashSet();

        Assert.True(documented.Count >= 37, $"{documented.Count} rows");
        Assert.Equal(documented.Order(), caught.Order());
    }

    [GeneratedRegex(@"^\| (?<row>\d+) \|", RegexOptions.Multiline)]
    private static partial Regex RowPattern();
}
