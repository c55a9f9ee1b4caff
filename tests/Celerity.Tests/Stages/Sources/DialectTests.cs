using Xunit;

namespace Celerity.Tests.Stages.Sources;

/// <summary>CSV as others write it.</summary>
public sealed class DialectTests
{
    private static readonly Func<Celerity.Stages.Records.ChunkReader, string> Both = reader => $"{reader.GetText(0)}|{reader.GetText(1)}";

    [Fact]
    public async Task Quote_IsAnother_EnclosesFieldsAndTheUsualOneIsText()
    {
        var records = await ReadAsync("n;t\n1;'a;\n''b'\n2;\"c\"\n3;d'e\n", StageBench.Source(1) with { Delimiter = ';', Quote = '\'' });

        Assert.Equal(["1|a;\n'b", "2|\"c\"", "3|d'e"], records);
    }

    [Fact]
    public async Task Quote_NeverOccurs_LeavesQuotesAlone() =>
        Assert.Equal(["1|\"a", "2|b\"\"c\""], await ReadAsync("n\tt\n1\t\"a\n2\tb\"\"c\"\n", StageBench.Source(1) with { Delimiter = '\t', Quote = '\u0001' }));

    [Theory]
    [InlineData("1,a\n2,b\n")]
    [InlineData("\uFEFF1,a\r\n2,b")]
    [InlineData("\n\n1,a\n2,b")]
    public async Task NoHeader_Unnamed_ColumnsAreNumbered(string csv)
    {
        var bench = new StageBench(StageBench.Csv(csv));

        var plan = (await bench.PlanAsync(StageBench.Source(1) with { Header = false }, nameof(ListStage))).Plan!;

        Assert.Equal(["c1", "c2"], plan.Columns);
        Assert.Equal(2, plan.Records);
        Assert.Equal(["1|a", "2|b"], (await bench.ReadAllAsync(plan, Both)).SelectMany(chunk => chunk.Records));
    }

    [Fact]
    public async Task NoHeader_Named_RaggedRecordsAreRejectedWithTheirLines()
    {
        var bench = new StageBench(StageBench.Csv("1,a\n2\n3,c,d\n4,e"));

        var plan = (await bench.PlanAsync(StageBench.Source(10) with { Header = false, Columns = ["n", "t"] })).Plan!;
        var (records, rejects) = Assert.Single(await bench.ReadAllAsync(plan));

        Assert.Equal(["n", "t"], plan.Columns);
        Assert.Null(plan.Source.Columns);
        Assert.Equal(["1", "4"], records);
        Assert.Equal([(2L, 2L), (3L, 3L)], rejects.Select(reject => (reject.Record, reject.Line!.Value)));
        Assert.Equal("has 1 fields, there are columns for 2", rejects[0].Reason);
    }

    [Fact]
    public async Task NoHeader_LacksAColumn_NamesWhatThereIs()
    {
        var step = await new StageBench(StageBench.Csv("1,a\n")).PlanAsync(StageBench.Source() with { Header = false });

        Assert.Equal(ErrorCodes.ColumnsMissing, step.Fault!.Code);
        Assert.Contains("c1, c2", step.Fault.Message, StringComparison.Ordinal);
    }

    public static TheoryData<DatasetSource, string> Refused => new()
    {
        { StageBench.Source() with { Delimiter = 'ä' }, "source.delimiter" },
        { StageBench.Source() with { Delimiter = '\n' }, "source.delimiter" },
        { StageBench.Source() with { Delimiter = ';', Quote = ';' }, "source.delimiter" },
        { StageBench.Source() with { Quote = '\0' }, "source.quote" },
        { StageBench.Source() with { Columns = ["n"] }, "source.columns" },
        { StageBench.Source() with { Header = false, Columns = [] }, "source.columns" },
        { StageBench.Source() with { Header = false, Columns = ["n", "N"] }, "source.columns" },
        { StageBench.Source() with { Header = false, Columns = [" "] }, "source.columns" },
        { StageBench.Source() with { Header = false, Columns = [new string('x', 20_000)] }, "source.columns" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Plan_SettingThatMakesNoSense_IsRefused(DatasetSource source, string setting)
    {
        var step = await new StageBench(StageBench.Csv("n\n1\n")).PlanAsync(source);

        Assert.Equal(ErrorCodes.SettingOutOfRange, step.Fault!.Code);
        Assert.StartsWith(setting + " is ", step.Fault.Message, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> ReadAsync(string csv, DatasetSource source)
    {
        var bench = new StageBench(StageBench.Csv(csv));
        var plan = (await bench.PlanAsync(source)).Plan!;
        return (await bench.ReadAllAsync(plan, Both)).SelectMany(chunk => chunk.Records);
    }
}
