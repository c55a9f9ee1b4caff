using Celerity.Stages;
using Xunit;

namespace Celerity.Tests.Stages.Sources;

/// <summary>The awkward files of RFC 4180's breakers: each ends right, with a code, or as a reject.</summary>
public sealed class CsvTortureTests
{
    [Theory]
    [InlineData("n,t\n1,\"\"\"\"\n2,\"\"\"\"\"\"\n3,\"a\"\"b\"\n", new[] { "1|\"", "2|\"\"", "3|a\"b" })]
    [InlineData("n,t\n1,\"\n\n\"\n2,\"\r\n,\"\n3,x\n", new[] { "1|\n\n", "2|\r\n,", "3|x" })]
    [InlineData("n,t\n1,a\0b\n2,\0\n\03,c\n", new[] { "1|a\0b", "2|\0", "\03|c" })]
    [InlineData("n,t\n1,\"a\0\"\n2,b", new[] { "1|a\0", "2|b" })]
    [InlineData("n,t\n1,a\n2,c\r", new[] { "1|a", "2|c" })]
    [InlineData("n,t\r\n1,a\r\n2,\"\r\"\r\n", new[] { "1|a", "2|\r" })]
    [InlineData("n,t\n1,a", new[] { "1|a" })]
    [InlineData("n,t\n1,\"a\"", new[] { "1|a" })]
    [InlineData("n,t\n1,", new[] { "1|" })]
    [InlineData("n,t\n,\n", new[] { "|" })]
    [InlineData("n,t\n", new string[0])]
    [InlineData("n,t", new string[0])]
    [InlineData("n,t\r\n", new string[0])]
    [InlineData("\uFEFFn,t", new string[0])]
    [InlineData("\uFEFF\"n\",\"t\"\n1,a\n", new[] { "1|a" })]
    [InlineData("n,t\n\uFEFF1,a\n", new[] { "\uFEFF1|a" })]
    public async Task Read_AwkwardButRight_GivesItsRecordsAtAnyChunkSize(string csv, string[] expected)
    {
        for (var chunkSize = 1; chunkSize <= 4; chunkSize++)
        {
            var bench = new StageBench(StageBench.Csv(csv));
            var plan = (await bench.PlanAsync(StageBench.Source(chunkSize))).Plan!;
            var chunks = await bench.ReadAllAsync(plan, reader => $"{reader.GetText(0)}|{reader.GetText(1)}");
            Assert.Equal(expected, chunks.SelectMany(chunk => chunk.Records));
            Assert.All(chunks, chunk => Assert.Empty(chunk.Rejects));
        }
    }

    [Theory]
    [InlineData("n,t\n1,a\n2\n3,b,c\n4,d\n", new[] { "1", "4" }, 2)]
    [InlineData("n,t\n1,a\n2,b\rc\n3,d\n", new[] { "1", "3" }, 1)]
    [InlineData("n,t\n1,a\n\r2,b\r3,c\r\n4,d", new[] { "1", "4" }, 1)]
    [InlineData("n,t\n1,a\n2,b\r\r\n3,d\n4,e\rf", new[] { "1", "3" }, 2)]
    [InlineData("n,t\n1,a\n2,\"b\"c\n3,d\n", new[] { "1", "3" }, 1)]
    [InlineData("n,t\n1,a\n2,\"never closed\n3,d\n", new[] { "1" }, 1)]
    public async Task Read_WrongRecords_AreRejectedAndTheRestIsRead(string csv, string[] expected, int rejects)
    {
        for (var chunkSize = 1; chunkSize <= 4; chunkSize++)
        {
            var bench = new StageBench(StageBench.Csv(csv));
            var plan = (await bench.PlanAsync(StageBench.Source(chunkSize))).Plan!;
            var chunks = await bench.ReadAllAsync(plan);
            Assert.Equal(expected, chunks.SelectMany(chunk => chunk.Records));
            Assert.Equal(rejects, chunks.Sum(chunk => chunk.Rejects.Count));
            Assert.Equal(plan.Records, expected.Length + rejects);
        }
    }

    [Theory]
    [InlineData("n,t\r1,a\r2,b\r")]
    [InlineData("\uFEFFn\r1\r2")]
    public async Task Plan_CarriageReturnsAlone_IsRefused(string csv) =>
        Assert.Equal(ErrorCodes.HeaderTooLong, (await new StageBench(StageBench.Csv(csv)).PlanAsync(StageBench.Source())).Fault!.Code);

    [Fact]
    public async Task Read_FieldOf5Mb_IsRejectedAndTheRestIsRead()
    {
        var bench = new StageBench(StageBench.Csv($"n,t\n1,a\n2,\"{new string('x', 5 << 20)}\"\n3,c\n"));

        var (records, rejects) = Assert.Single(await bench.ReadAllAsync((await bench.PlanAsync(StageBench.Source(10))).Plan!));

        Assert.Equal(["1", "3"], records);
        Assert.Equal((2L, 3L), (Assert.Single(rejects).Record, rejects[0].Line!.Value));
    }

    [Fact]
    public async Task Read_FieldOf10Mb_FailsItsChunkAloneWithACode()
    {
        var bench = new StageBench(StageBench.Csv($"n,t\n1,a\n2,\"{new string('x', 10 << 20)}\"\n3,c\n"), new StageOptions { ChunksPerSlice = 1 });

        var plan = (await bench.PlanAsync(StageBench.Source(1))).Plan!;
        var outcomes = new List<string>();
        for (var chunk = 0; chunk < plan.Layout.ChunkCount; chunk++)
        {
            try
            {
                outcomes.AddRange((await bench.ReadAsync(plan, chunk)).Records);
            }
            catch (CelerityException exception)
            {
                outcomes.Add(exception.Code);
            }
        }

        Assert.Equal(["1", ErrorCodes.SettingOutOfRange, "3"], outcomes);
    }
}
