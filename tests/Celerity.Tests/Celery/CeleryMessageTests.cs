using System.Text;
using System.Text.Json;
using Celerity.Celery;
using Celerity.Wire;
using Xunit;

namespace Celerity.Tests.Celery;

public sealed class CeleryMessageTests
{
    [Theory]
    [InlineData("plain", """{"$args":[2,3]}""")]
    [InlineData("non-ascii", """{"y":null,"$args":["caf\u00E9 \u20AC \u003Ca\u0026b\u003E"]}""")]
    [InlineData("options", """{"y":2,"$args":[1]}""")]
    [InlineData("protocol-1", """{"$args":[1,2]}""")]
    [InlineData("chord-chain", """{"$args":[1,1]}""")]
    public void Decode_CapturedMessage_HasItsArguments(string file, string payload)
    {
        var task = CeleryFiles.Decode(CeleryFiles.Read(file));

        Assert.Equal("demo.add", task.Task);
        Assert.Equal(payload, JsonSerializer.Serialize(task.Payload));
        Assert.False(task.IsIdBorrowed);
    }

    [Fact]
    public void Decode_CapturedOptions_AreKept()
    {
        var task = CeleryFiles.Decode(CeleryFiles.Read("options"));

        Assert.Equal((TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10.5)), (task.TimeLimit, task.SoftTimeLimit));
        Assert.Equal(TimeSpan.FromSeconds(240), task.ExpiresAt - task.Eta);
        Assert.Equal("t1", Assert.Single(task.Headers).Value);
        Assert.True(task.Celery!.IgnoresResult);
    }

    [Fact]
    public void Decode_CapturedChain_KeepsWhatFollows()
    {
        var terms = CeleryFiles.Decode(CeleryFiles.Read("chain")).Celery!;

        Assert.Equal([[4, 5], [3]], terms.Chain.Select(link => link.GetProperty("args").Deserialize<int[]>()!));
        Assert.Equal("demo.fail", Assert.Single(terms.Errbacks).GetProperty("task").GetString());
        Assert.Equal(9, CeleryFiles.Decode(CeleryFiles.Read("chain-of-10")).Celery!.Chain.Count);
        Assert.Equal(2, CeleryFiles.Decode(CeleryFiles.Read("links")).Celery!.Callbacks.Count);
    }

    [Fact]
    public void Decode_CapturedChordAndGroup_SayWhoseTheyAre()
    {
        var (first, second) = (CeleryFiles.Decode(CeleryFiles.Read("group-0")), CeleryFiles.Decode(CeleryFiles.Read("group-1")));
        var member = CeleryFiles.Decode(CeleryFiles.Read("chord-task"));

        Assert.Equal(first.Celery!.Group, second.Celery!.Group);
        Assert.NotNull(first.Celery.Group);
        Assert.Equal("demo.tsum", member.Celery!.Chord!.Value.GetProperty("task").GetString());
        Assert.Equal(CeleryCanvas.ChordUnlock, CeleryFiles.Decode(CeleryFiles.Read("chord-unlock")).Task);
    }

    [Fact]
    public void Decode_EveryCapturedMessage_TravelsOnAsOurs()
    {
        Assert.All(CeleryFiles.All, message =>
        {
            var ours = MessageCodec.Encode(CeleryFiles.Decode(message) with { Seq = 1 });

            Assert.Equal(ours, MessageCodec.Encode(CeleryFiles.Decode(ours)));
        });
    }

    [Fact]
    public void Decode_WithoutAnId_BorrowsTheMessages()
    {
        var task = CeleryFiles.Decode(CeleryFiles.Write("demo.add", [1], id: null));

        Assert.Equal(("m1", true), (task.Id, task.IsIdBorrowed));
    }

    [Fact]
    public void Decode_BodyCutOff_SaysSo()
    {
        var message = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(CeleryFiles.Read("chain"))!;
        var body = message["body"].GetString()!;

        message["body"] = JsonSerializer.SerializeToElement(body[..(body.Length / 2 / 4 * 4)]);
        Assert.StartsWith("CEL0250: its body is cut off, no JSON or nested deeper than 60", CeleryFiles.Refusal(JsonSerializer.Serialize(message)), StringComparison.Ordinal);
        message["body"] = JsonSerializer.SerializeToElement(body[..^3]);
        Assert.StartsWith($"CEL0250: its body of {body.Length - 3} characters is no base64", CeleryFiles.Refusal(JsonSerializer.Serialize(message)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""7""", "its body is not [args, kwargs, embed]")]
    [InlineData("""[{},{},{}]""", "its 'args' are an object, not an array")]
    [InlineData("""[[],[],{}]""", "its 'kwargs' are an array, not an object")]
    [InlineData("""[[],{},7]""", "what is to follow it is 7, not an object")]
    [InlineData("""[[],{},{"chain":7}]""", "its 'chain' is 7, not a list of signatures")]
    [InlineData("""[[],{},{"chain":["demo.add"]}]""", "a task that is to follow is \"demo.add\", not a signature with a 'task'")]
    [InlineData("""[[],{},{"callbacks":[{"args":[1]}]}]""", "a task that is to follow is an object, not a signature with a 'task'")]
    [InlineData("""[[],{},{"callbacks":[{"task":"a","args":7}]}]""", "its 'args' are 7, not an array")]
    [InlineData("""[[],{},{"callbacks":[{"task":"a","options":{"countdown":"soon"}}]}]""", "its 'countdown' is \"soon\", not a number of seconds")]
    [InlineData("""[[],{},{"callbacks":[{"task":"a","options":{"link":[{"task":"b","options":{"retries":2000000}}]}}]}]""", "its 'retries' is above")]
    [InlineData("""[[],{},{"errbacks":[{"task":"a","options":{"task_id":7}}]}]""", "its 'task_id' is 7, not a string")]
    [InlineData("""[[],{},{"chain":[{"task":"a","options":{"task_id":"t1"}}]}]""", "two of its tasks have the id 't1'")]
    [InlineData("""[[],{},{"chain":[{"task":"b"},{"task":"celery.group","kwargs":{"tasks":[{"task":"a"}]}}]}]""", "its chain goes on behind a group")]
    [InlineData("""[[],{},{"chain":[{"task":"celery.chord","kwargs":{"header":[{"task":"a"}],"body":{"task":"b"}}}]}]""", "a task of a chord has no 'task_id'")]
    [InlineData("""[[],{},{"chain":[{"task":"celery.chord","kwargs":{"header":[]}}]}]""", "a chord has no 'body'")]
    [InlineData("""[[],{},{"chain":[{"task":"celery.chain","kwargs":{"tasks":[{"task":"celery.group"},{"task":"b"}]}}]}]""", "its chain goes on behind a group")]
    [InlineData("""[[],{},{"chain":[{"task":"a","task":"b"}]}]""", "it cannot be read")]
    public void Decode_WhatCannotBeDone_IsRefusedAtOnce(string body, string reason)
    {
        var refusal = CeleryFiles.Refusal(CeleryFiles.Write(body, new { task = "t", id = "t1" }));

        Assert.Contains(reason, refusal, StringComparison.Ordinal);
        Assert.StartsWith(reason.StartsWith("it cannot", StringComparison.Ordinal) || reason.EndsWith("string", StringComparison.Ordinal) ? "CEL0235" : "CEL0250", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"task":"t","timelimit":7}""", "its 'timelimit' is 7, not [hard, soft]")]
    [InlineData("""{"task":"t","timelimit":[0,null]}""", "its 'timelimit' is 0, not a number of seconds above 0")]
    [InlineData("""{"task":"t","timelimit":[1e999,null]}""", "its 'timelimit' is 1e999, not a number of seconds above 0")]
    [InlineData("""{"task":"t","retries":2147483647}""", "its 'retries' is above 1,000,000")]
    [InlineData("""{"task":"t","compression":"application/x-gzip"}""", "its body is compressed by \"application/x-gzip\"")]
    public void Decode_HeadersThatCannotBe_AreRefused(string headers, string reason) => Assert.StartsWith(
        $"CEL0250: {reason}", CeleryFiles.Refusal(CeleryFiles.Write("[[],{},{}]", JsonElement.Parse(headers))), StringComparison.Ordinal);

    [Fact]
    public void Decode_FollowersTooLargeForAnyHandOver_AreRefused()
    {
        var embed = new { chain = new[] { CeleryFiles.Sign("demo.add", [new string('"', 10_000)]) } };

        Assert.StartsWith("CEL0250: what is to follow it, with its headers, takes ", CeleryFiles.Refusal(CeleryFiles.Write("t", [], embed)), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_DeepArguments_AreReadableWhenTheyTravelOn()
    {
        var deep = string.Concat(Enumerable.Repeat('[', 57)) + string.Concat(Enumerable.Repeat(']', 57));
        var task = CeleryFiles.Decode(CeleryFiles.Write($"[[{deep}],{{}},{{}}]", new { task = "t" }));

        Assert.Equal("t", CeleryFiles.Decode(MessageCodec.Encode(task)).Task);
        Assert.StartsWith("CEL0250", CeleryFiles.Refusal(CeleryFiles.Write($"[[[[{deep}]]],{{}},{{}}]", new { task = "t" })), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_MangledMessages_NeverThrowAndWhatIsReadCanBeSent()
    {
        var random = new Random(1);
        var sources = CeleryFiles.All.Select(CeleryFiles.Open).ToArray();
        var (readable, sent) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var (message, body) = sources[round % sources.Length];
            var bytes = Encoding.UTF8.GetBytes(body.GetRawText());
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : "{}[]\":,\\u0n1"u8[random.Next(12)];
            }

            var text = message.GetRawText().Replace(message.GetProperty("body").GetString()!, Convert.ToBase64String(bytes), StringComparison.Ordinal);
            var decoded = MessageCodec.Decode(Encoding.UTF8.GetBytes(text), "m1");

            Assert.Equal(1, decoded.Tasks.Count + decoded.Undecodable.Count);
            readable += decoded.Tasks.Count;
            foreach (var terms in decoded.Tasks.Select(task => task.Celery!))
            {
                foreach (var task in terms.Chain.Concat(terms.Callbacks).Concat(terms.Errbacks).SelectMany(signature => CeleryFiles.Expand(signature)))
                {
                    sent += MessageCodec.Encode(task.ToEnvelope("x")).Length > 0 && CeleryMessage.Write(task, "celery").Length > 0 ? 1 : 0;
                }
            }
        }

        Assert.True(readable > 1000 && sent > 1000, $"{readable} could be read, {sent} sent");
    }
}
