using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Celerity.Wire;
using MessagePack;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks.Sending;

/// <summary>Payloads that are large, compressed, MessagePack, or none of what they claim.</summary>
// Alone: what the whole process allocates is measured.
[CollectionDefinition(nameof(PayloadTests), DisableParallelization = true)]
[Collection(nameof(PayloadTests))]
public sealed class PayloadTests
{
    private readonly TaskSimulation _simulation = new();

    [Theory]
    [InlineData(PayloadFormat.Json, PayloadCompression.None, 100)]
    [InlineData(PayloadFormat.Json, PayloadCompression.Brotli, 40_000)]
    [InlineData(PayloadFormat.Json, PayloadCompression.Gzip, 10_000_000)]
    [InlineData(PayloadFormat.Json, PayloadCompression.None, 10_000_000)]
    [InlineData(PayloadFormat.MessagePack, PayloadCompression.None, 100)]
    [InlineData(PayloadFormat.MessagePack, PayloadCompression.Brotli, 40_000)]
    [InlineData(PayloadFormat.MessagePack, PayloadCompression.None, 10_000_000)]
    public async Task Payload_AnySizeAndCoding_ArrivesAsItWas(PayloadFormat format, PayloadCompression compression, int length)
    {
        var worker = Worker(options => options.Compression = compression);
        var text = SendCrashTests.Noise(length) + "üäö";

        var id = await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask(text), new EnqueueOptions { Format = format });
        await _simulation.DrainAsync(worker);

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync(id))!.State);
        Assert.Equal(text, _simulation.Script.LastText);
    }

    [Fact]
    public async Task Payload_ThatCompressesWell_StaysInItsMessage()
    {
        var worker = Worker(_ => { });

        await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask(new string('a', 5_000_000)));

        var task = MessageCodec.Decode(Encoding.UTF8.GetBytes(Assert.Single(_simulation.Storage.Queues.Peek(TaskSimulation.Queue)).Body), "m").Tasks[0];
        Assert.Equal((null, PayloadCoding.Brotli), (task.PayloadRef, task.ContentEncoding));
    }

    [Fact]
    public async Task Payload_InABlob_SurvivesHandOvers()
    {
        var worker = Worker(_ => { });
        _simulation.Script.Run = context => context.Attempt == 1 ? throw new InvalidOperationException("not yet") : TaskOutcome.Completed;
        var text = SendCrashTests.Noise(200_000);

        var id = await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask(text), new EnqueueOptions { Format = PayloadFormat.MessagePack });
        await _simulation.DrainAsync(worker);

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync(id))!.State);
        Assert.Equal(text, _simulation.Script.LastText);
    }

    [Fact]
    public async Task Payload_OverTheLimit_IsRefusedAndSendsNothing()
    {
        var worker = Worker(options => options.MaxPayloadBytes = 5000);

        var exception = await Assert.ThrowsAsync<CelerityException>(
            () => worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask(new string('x', 6000))));

        Assert.Equal("CEL0203", exception.Code);
        Assert.Equal(0, _simulation.Storage.Queues.SentCount);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("brotli")]
    public async Task Payload_IsADecompressionBomb_EndsAsADeadLetterWithoutFillingTheMemory(string encoding)
    {
        var worker = Worker(options => options.MaxPayloadBytes = 1_000_000);
        using var packed = new MemoryStream();
        using (Stream packer = encoding == "gzip" ? new GZipStream(packed, CompressionLevel.SmallestSize, true) : new BrotliStream(packed, CompressionLevel.Fastest, true))
        {
            var zeros = new byte[1_000_000];
            for (var megabyte = 0; megabyte < 30; megabyte++)
            {
                packer.Write(zeros);
            }
        }

        var before = GC.GetTotalAllocatedBytes();
        await DropAsync("b", Convert.ToBase64String(packed.ToArray()), ("contentEncoding", encoding));
        await _simulation.DrainAsync(worker);

        await AssertDeadAsync("b", "CEL0230");
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 25_000_000);
    }

    [Theory]
    [InlineData("contentEncoding", "zip", "contentEncoding is 'zip'")]
    [InlineData("contentEncoding", "gzip", "cannot be read")]
    [InlineData("contentEncoding", "brotli", "cannot be read")]
    [InlineData("contentType", "text/xml", "contentType is 'text/xml'")]
    [InlineData("contentType", "application/x-msgpack", "no MessagePack")]
    public async Task Payload_IsNotWhatItClaims_EndsAsADeadLetter(string member, string value, string reason)
    {
        var worker = Worker(_ => { });
        await DropAsync("b", Convert.ToBase64String([0xc1, 0xc1, 0xff]), (member, value));

        await _simulation.DrainAsync(worker);

        await AssertDeadAsync("b", reason);
    }

    [Fact]
    public async Task Payload_CodedButNotBase64_EndsAsADeadLetter()
    {
        await _simulation.DropAsync("""{"id":"b","task":"test.echo","payload":{"text":"hi"},"contentEncoding":"gzip"}""");

        await _simulation.DrainAsync(Worker(_ => { }));

        await AssertDeadAsync("b", "must be base64");
    }

    [Fact]
    public async Task Payload_MessagePackOfAStranger_Runs()
    {
        var content = MessagePackSerializer.Serialize(new Dictionary<string, string> { ["text"] = "hi" });
        await DropAsync("m", Convert.ToBase64String(content), ("contentType", "application/x-msgpack"));

        await _simulation.DrainAsync(Worker(_ => { }));

        Assert.Equal("hi", _simulation.Script.LastText);
    }

    private IServiceProvider Worker(Action<SendingOptions> configure) => _simulation.Worker(configure: services => services.Configure(configure));

    private ValueTask DropAsync(string id, string payload, (string Member, string Value) coding) => _simulation.DropAsync(
        JsonSerializer.Serialize(new Dictionary<string, string> { ["id"] = id, ["task"] = "test.echo", ["payload"] = payload, [coding.Member] = coding.Value }));

    private async Task AssertDeadAsync(string id, string reason)
    {
        var row = await _simulation.FindAsync(id);
        Assert.Equal((TaskState.DeadLettered, 1), (row!.State, row.Attempt));
        Assert.Contains(reason, row.Ending!.Reason, StringComparison.Ordinal);
    }
}
