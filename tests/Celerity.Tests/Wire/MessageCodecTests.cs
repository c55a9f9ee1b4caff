using System.Text;
using System.Text.Json;
using Celerity.Retry;
using Celerity.Wire;
using Xunit;

namespace Celerity.Tests.Wire;

public sealed class MessageCodecTests
{
    [Fact]
    public void Encode_EveryField_IsTheGoldenFile()
    {
        var envelope = new TaskEnvelope
        {
            Id = "0195d8f0-0000-7000-8000-000000000001",
            Task = "flights.geocode",
            Payload = JsonElement.Parse("""{"city":"Oslo","b":[1,2.50,null]}"""),
            Attempt = 2,
            Seq = 3,
            Delivery = "9f",
            Crashes = 1,
            Queue = "celerity-default",
            Eta = new DateTimeOffset(2026, 1, 2, 5, 4, 5, TimeSpan.FromHours(2)),
            ExpiresAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
            IdempotencyKey = "k",
            CorrelationId = "c",
            Traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            RunId = "r",
            ParentId = "p",
            PayloadRef = "b",
            Headers = new Dictionary<string, string> { ["tenant"] = "t1" },
            LastFailure = new FailureRecord(1, ErrorCategory.Transient, "System.TimeoutException", "slow", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), "h"),
        };

        Assert.Equal(Golden("envelope.json"), MessageCodec.Encode(envelope));
    }

    [Theory]
    [InlineData("envelope.json")]
    public void Decode_OurOwn_WritesBackTheSameBytes(string file) => Assert.Equal(Golden(file), MessageCodec.Encode(One(Golden(file))));

    [Fact]
    public void EncodePack_OfTwo_IsTheGoldenFileAndReadsBack()
    {
        var pack = Decode(Golden("pack.json"));

        Assert.True(pack.IsPack);
        Assert.Equal(["a", "b"], pack.Tasks.Select(task => task.Id));
        Assert.Equal(Golden("pack.json"), MessageCodec.EncodePack(pack.Tasks));
    }

    [Fact]
    public void Decode_TheLeastMessage_HasADefaultForAllElse()
    {
        var task = One(Golden("least.json"));

        Assert.Equal(("m1", true, "flights.geocode"), (task.Id, task.IsIdBorrowed, task.Task));
        Assert.Equal((1, 0, "", 0), (task.Attempt, task.Seq, task.Delivery, task.Crashes));
        Assert.Equal("Oslo", task.Payload!.Value.GetProperty("city").GetString());
        Assert.Null(task.Eta);
        Assert.Empty(task.Headers);
    }

    [Theory]
    [InlineData("\uFEFF{0}")]
    [InlineData(" \r\n\t{0}\n")]
    public void Decode_WithMarksAndBlanks_IsRead(string format)
    {
        var text = format.Replace("{0}", Golden("least.json"), StringComparison.Ordinal);

        Assert.Equal("flights.geocode", One(text).Task);
        Assert.Equal("flights.geocode", One(Convert.ToBase64String(Encoding.UTF8.GetBytes(text))).Task);
    }

    [Fact]
    public void Decode_UnknownFields_ArePassedOver()
    {
        var task = One("""{"task":"t","contentEncodingOfTomorrow":{"deep":[1]},"payload":null}""");

        Assert.Null(task.Payload);
        Assert.DoesNotContain("Tomorrow", MessageCodec.Encode(task), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_CeleryProtocol2_AsCapturedFromCelery562()
    {
        var task = One(Golden("celery-5.6.2.json"));

        Assert.Equal(("demo.add", "00000000-0000-0000-0000-000000000001", false), (task.Task, task.Id, task.IsIdBorrowed));
        Assert.Equal("""{"$args":[2,3]}""", task.Payload!.Value.GetRawText());
        Assert.Equal((1, 0, ""), (task.Attempt, task.Seq, task.Delivery));
        Assert.Equal("00000000-0000-0000-0000-000000000001", task.CorrelationId);
        Assert.Empty(task.Headers);
    }

    [Fact]
    public void Decode_CeleryFromAForeignProducer_IsRead()
    {
        var task = One(Golden("celery-foreign.json"));

        Assert.Equal(("demo.echo", "abc/1"), (task.Task, task.Id));
        Assert.Equal("""{"$args":["x"]}""", task.Payload!.Value.GetRawText());
    }

    [Theory]
    [InlineData("[[], {\"x\": 1}, {}]", """{"x":1}""")]
    [InlineData("[[{\"x\": 1}], {}, {}]", """{"x":1}""")]
    [InlineData("[[2], {\"y\": 3}, {}]", """{"y":3,"$args":[2]}""")]
    [InlineData("[[], {}]", "{}")]
    [InlineData("[null, null, null]", "{}")]
    public void Decode_CeleryArguments_BecomeThePayload(string body, string payload)
    {
        var task = One(JsonSerializer.Serialize(new { body, headers = new { task = "t", id = "1", tenant = "t1" } }));

        Assert.Equal(payload, task.Payload!.Value.GetRawText());
        Assert.Equal("t1", task.Headers["tenant"]);
    }

    [Fact]
    public void Decode_CeleryWithEtaExpiryAndRetries_KeepsThem()
    {
        var task = One("""{"body":"[[],{},{}]","headers":{"task":"t","id":"1","retries":2,"eta":"2026-11-22T21:12:10.218967+00:00","expires":"2026-11-22T22:00:00"}}""");

        Assert.Equal(3, task.Attempt);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 21, 12, 10, TimeSpan.Zero).AddTicks(2189670), task.Eta);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 22, 0, 0, TimeSpan.Zero), task.ExpiresAt);
    }

    [Fact]
    public void Decode_CeleryProtocol1_IsRead()
    {
        var task = One("""{"body":"{\"task\":\"t\",\"id\":\"1\",\"args\":[],\"kwargs\":{\"x\":1},\"retries\":1}","headers":{}}""");

        Assert.Equal(("t", "1", 2), (task.Task, task.Id, task.Attempt));
        Assert.Equal("""{"x":1}""", task.Payload!.Value.GetRawText());
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("hello", "neither JSON nor base64")]
    [InlineData("{\"task\":", "it cannot be read")]
    [InlineData("[1,2]", "it is an array, not an object")]
    [InlineData("aGVsbG8=", "it cannot be read")]
    [InlineData("{\"payload\":{}}", "it names no 'task'")]
    [InlineData("{\"task\":\"\"}", "it names no 'task'")]
    [InlineData("{\"task\":7}", "its 'task' is 7, not a string")]
    [InlineData("{\"v\":2,\"task\":\"t\"}", "CEL0236: its version is 2; this app reads version 1")]
    [InlineData("{\"v\":\"1\",\"task\":\"t\"}", "its version is \"1\"")]
    [InlineData("{\"task\":\"t\",\"attempt\":0}", "its 'attempt' is 0, not a whole number from 1 up")]
    [InlineData("{\"task\":\"t\",\"seq\":1.5}", "its 'seq' is 1.5")]
    [InlineData("{\"task\":\"t\",\"eta\":\"soon\"}", "its 'eta' is \"soon\", not a time")]
    [InlineData("{\"task\":\"t\",\"headers\":[]}", "its 'headers' are an array")]
    [InlineData("{\"batch\":[]}", "its 'batch' is no array of tasks")]
    [InlineData("{\"task\":\"t\",\"payload\":{\"x\":\"\\ud800\"}}", "it cannot be read")]
    [InlineData("{\"task\":\"\\ud800\"}", "it cannot be read")]
    [InlineData("{\"body\":\"[[],{},{}]\",\"headers\":{}}", "its headers name no 'task'")]
    [InlineData("{\"body\":\"x\",\"headers\":{\"task\":\"t\"},\"content-type\":\"application/x-python-serialize\"}", "only Celery's JSON serializer")]
    public void Decode_WhatNobodyCanRead_SaysWhyAndKeepsTheBytes(string body, string reason)
    {
        var message = Decode(body);

        Assert.Empty(message.Tasks);
        var item = Assert.Single(message.Undecodable);
        Assert.Equal("m1", item.Id);
        Assert.Contains(reason, item.Reason, StringComparison.Ordinal);
        Assert.Equal(body, Encoding.UTF8.GetString(item.Bytes.Span));
    }

    [Fact]
    public void Decode_IdTooLong_IsRefused() =>
        Assert.Contains("its id has 101 characters; the limit is 100", Assert.Single(Decode($$"""{"task":"t","id":"{{new string('x', 101)}}"}""").Undecodable).Reason, StringComparison.Ordinal);

    [Fact]
    public void Decode_PackWithABadItem_KeepsTheOthers()
    {
        var message = Decode("""{"v":1,"batch":[{"task":"a"},{"no":"task"},7,{"task":"b","id":"x"}]}""");

        Assert.Equal(["m1.0", "x"], message.Tasks.Select(task => task.Id));
        Assert.Equal(["m1.1", "m1.2"], message.Undecodable.Select(item => item.Id));
        Assert.Equal("""{"no":"task"}""", Encoding.UTF8.GetString(message.Undecodable[0].Bytes.Span));
        Assert.StartsWith("CEL0235: item 1 of its pack: ", message.Undecodable[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_AnyText_IsPlainAsciiAndReadsBack()
    {
        const string Text = "Ærøskøbing \U0001F600 \uFFFF <&> \u0001 \"'";
        var envelope = One("""{"task":"t"}""") with { Payload = JsonSerializer.SerializeToElement(new { Text }), CorrelationId = Text };

        var body = MessageCodec.Encode(envelope);

        Assert.All(body, character => Assert.InRange(character, ' ', '~'));
        Assert.Equal(Text, One(body).Payload!.Value.GetProperty("Text").GetString());
        Assert.Equal(Text, One(body).CorrelationId);
    }

    [Fact]
    public void Decode_MangledMessages_NeverThrows()
    {
        var random = new Random(1);
        var sources = new[] { "envelope.json", "pack.json", "celery-5.6.2.json", "celery-foreign.json" }.Select(file => Encoding.UTF8.GetBytes(Golden(file))).ToArray();
        var readable = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = sources[round % sources.Length].ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : "{}[]\":,\\u0n1"u8[random.Next(12)];
            }

            var message = MessageCodec.Decode(bytes.AsMemory(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length), "m1");

            Assert.True(message.Tasks.Count + message.Undecodable.Count > 0);
            readable += message.Tasks.Count;
        }

        Assert.True(readable > 100, $"{readable} of the mangled messages could be read");
    }

    private static string Golden(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Wire", "Golden", file)).TrimEnd('\n');

    private static DecodedMessage Decode(string body) => MessageCodec.Decode(Encoding.UTF8.GetBytes(body), "m1");

    private static TaskEnvelope One(string body)
    {
        var message = Decode(body);
        Assert.Empty(message.Undecodable);
        return Assert.Single(message.Tasks);
    }
}
