using System.Text.Json.Nodes;
using Celerity.Stages.Combining;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.Tests.DeadLetters;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Stages;

/// <summary>Whatever a stranger puts on the chunks queue or into a dataset, it gets a clear end and harms nobody.</summary>
public sealed class HostileInputTests
{
    [Theory]
    [InlineData("run", "null")]
    [InlineData("run", "\"../other\"")]
    [InlineData("name", "null")]
    [InlineData("source", "null")]
    [InlineData("source", """{"container":null,"blob":"b"}""")]
    [InlineData("eTag", "null")]
    [InlineData("columns", "null")]
    [InlineData("columns", "[null]")]
    [InlineData("chunks", "null")]
    [InlineData("chunks", """[{"o":-5,"n":1}]""")]
    [InlineData("chunks", """[{"o":0,"n":-1}]""")]
    [InlineData("chunks", """[{"o":0,"n":9223372036854775807}]""")]
    [InlineData("chunks", """[{"o":9223372036854775807,"n":9}]""")]
    [InlineData("layout", "null")]
    [InlineData("layout", """{"chunkCount":2147483647,"chunksPerSlice":2,"chunksPerPage":2147483647}""")]
    [InlineData("layout", """{"chunkCount":12,"chunksPerSlice":0,"chunksPerPage":6}""")]
    [InlineData("window", "2147483647")]
    [InlineData("length", "-1")]
    [InlineData("seq", "-1")]
    [InlineData("attempt", "0")]
    [InlineData("crashes", "-1")]
    [InlineData("delivery", "null")]
    [InlineData("failures", "null")]
    [InlineData("failures", "[null]")]
    public async Task Message_WithAMemberOutOfRange_BecomesADeadLetter(string member, string value)
    {
        var simulation = await PublishedAsync();
        IQueueStore queues = simulation.Storage.Queues;
        var item = Assert.Single(await queues.ReceiveAsync(StorageNames.ChunksQueue, 1, TimeSpan.FromMinutes(1), CancellationToken.None));
        var message = JsonNode.Parse(item.Body)!.AsObject();
        Assert.True(message.ContainsKey(member));
        message[member] = JsonNode.Parse(value);
        if (member == "chunks" && value != "null")
        {
            message["last"] = message["first"]!.GetValue<int>();
        }

        await AssertDeadLetterAsync(simulation, item with { Body = message.ToJsonString() });
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("AAAA")]
    [InlineData("{\"v\":2}")]
    [InlineData("not json")]
    public async Task Message_ThatIsNoSlice_BecomesADeadLetter(string body) =>
        await AssertDeadLetterAsync(await PublishedAsync(), new QueueItem("1", "1", 1, body));

    [Fact]
    public async Task Message_WithAVeryLongName_BecomesADeadLetter() =>
        await AssertDeadLetterAsync(await PublishedAsync(), new QueueItem("1", "1", 1, "{\"source\":{\"" + new string('\u00e9', 30_000) + "\":{\"a\":,}}}"));

    [Theory]
    [InlineData("layout", """{"chunkCount":3,"chunksPerSlice":3,"chunksPerPage":3}""")]
    [InlineData("layout", """{"chunkCount":12,"chunksPerSlice":3,"chunksPerPage":3}""")]
    [InlineData("window", "3")]
    [InlineData("name", "\"Other\"")]
    [InlineData("stage", "2")]
    [InlineData("source", """{"container":"data","blob":"another"}""")]
    public async Task Message_OfAnOpenRunThatItsStageWasNotPlannedAs_BecomesADeadLetterAndWritesNothing(string member, string value)
    {
        var simulation = await PublishedAsync();
        IQueueStore queues = simulation.Storage.Queues;
        var item = Assert.Single(await queues.ReceiveAsync(StorageNames.ChunksQueue, 1, TimeSpan.FromMinutes(1), CancellationToken.None));
        var message = JsonNode.Parse(item.Body)!.AsObject();
        Assert.True(message.ContainsKey(member));
        message[member] = JsonNode.Parse(value);

        await AssertDeadLetterAsync(simulation, item with { Body = message.ToJsonString() });

        Assert.Equal(0, simulation.Storage.Tables.Count(StorageNames.LedgerTable));
    }

    [Fact]
    public async Task Message_OfAStageThatIsPlannedLater_IsHeldAgainstItsRowThen()
    {
        var csv = StageBench.Csv("n\n1\n2\n3\n");
        var simulation = new StageSimulation(csv, StageBench.Source(1));
        var other = new StageSimulation(csv, StageBench.Source(1));
        var worker = simulation.Worker();
        var early = await SliceOfAsync(other) with { Run = simulation.Key.Run };
        await AssertDeadLetterAsync(simulation, new QueueItem("1", "1", 1, early.Encode()), worker);

        var end = await EndAsync(simulation, worker);

        Assert.Equal((0, 3), (end.FailedChunks, (int)end.Records));
    }

    [Fact]
    public async Task Dataset_WithCarriageReturnsAlone_IsRefused()
    {
        var step = await new StageBench(StageBench.Csv("n,t\r1,a\r2,b\r")).PlanAsync(StageBench.Source());

        Assert.NotNull(step.Fault);
        Assert.Contains("carriage return", step.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dataset_WhoseColumnNamesGrowInMessages_IsRefused()
    {
        var step = await new StageBench(StageBench.Csv($"n,{new string('\u0001', 12_000)}\n1,2\n")).PlanAsync(StageBench.Source());

        Assert.Equal(ErrorCodes.HeaderTooLong, step.Fault?.Code);
    }

    [Fact]
    public async Task Dataset_OfMalformedRecordsOnly_IsReadInOnePass()
    {
        const int Records = 200_000;
        var bench = new StageBench(StageBench.Csv("n,t\n" + string.Concat(Enumerable.Repeat("\"a\"b,c\n", Records))));

        var plan = (await bench.PlanAsync(StageBench.Source(Records))).Plan!;
        var (records, rejects) = Assert.Single(await Task.Run(() => bench.ReadAllAsync(plan)).WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.Empty(records);
        Assert.Equal((1000L, 1001L), (rejects[^1].Record, rejects[^1].Line));
    }

    [Fact]
    public async Task Dataset_WithAnEmptyQuotedField_KeepsTheRecord()
    {
        var bench = new StageBench(StageBench.Csv("n\n\"\"\n\nb\n\"\"\nc\n"));

        var plan = (await bench.PlanAsync(StageBench.Source(10))).Plan!;
        var (records, _) = Assert.Single(await bench.ReadAllAsync(plan, reader => $"{reader.RecordNumber}{reader.GetText(0)}"));

        Assert.Equal(4, plan.Records);
        Assert.Equal(["1", "2b", "3", "4c"], records);
    }

    [Theory]
    [InlineData("{\"a\":1,\r\"b\":2}\n{\"a\":3}\n")]
    [InlineData("{\"a\":1,\"b\":2}\r\n\r\n{\"a\":3}")]
    public async Task Ndjson_CarriageReturnWithinALine_EndsNoRecord(string text)
    {
        var bench = new StageBench(StageBench.Csv(text));

        var plan = (await bench.PlanAsync(StageBench.Source(1) with { Format = DatasetFormat.Ndjson })).Plan!;
        var chunks = await bench.ReadAllAsync(plan);

        Assert.Equal(2, chunks.Count);
        Assert.All(chunks, chunk => Assert.Single(chunk.Records));
        Assert.All(chunks, chunk => Assert.Empty(chunk.Rejects));
    }

    private static async Task<SliceMessage> SliceOfAsync(StageSimulation simulation)
    {
        var worker = simulation.Worker();
        var plan = await simulation.PlanAsync(worker);
        return await worker.GetRequiredService<SlicePublisher>().MakeAsync(plan, 0, again: false, CancellationToken.None);
    }

    private static async Task<StageEnd> EndAsync(StageSimulation simulation, ServiceProvider worker)
    {
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        await simulation.DrainAsync(worker);
        return await simulation.CombineAsync(worker);
    }

    private static async Task AssertDeadLetterAsync(StageSimulation simulation, QueueItem item, ServiceProvider? worker = null)
    {
        worker ??= simulation.Worker();
        await worker.GetRequiredService<SliceExecutor>().RunAsync(item, new StageSimulation.Signal(simulation), CancellationToken.None);
        await worker.GetRequiredService<SliceDrain>().SettleAsync(item, new StageSimulation.Signal(simulation), CancellationToken.None);

        var rows = await simulation.Storage.LettersAsync();
        Assert.Equal(nameof(ErrorCategory.Undecodable), Assert.Single(rows).FindString("category"));
        Assert.NotEmpty(rows[0].FindString("reason")!);
    }

    private static async Task<StageSimulation> PublishedAsync()
    {
        var csv = StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 12).Select(number => $"{number}\n")));
        var simulation = new StageSimulation(csv, StageBench.Source(1));
        var worker = simulation.Worker();
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        return simulation;
    }
}
