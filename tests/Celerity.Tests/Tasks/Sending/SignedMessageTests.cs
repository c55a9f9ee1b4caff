using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Tasks.Sending;
using Celerity.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Celerity.Tests.Tasks.Sending;

/// <summary>A queue that takes signed messages only.</summary>
public sealed class SignedMessageTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];

    private readonly TaskSimulation _simulation = new();
    private readonly IServiceProvider _worker;

    public SignedMessageTests() => _worker = Worker("k1", Key);

    [Fact]
    public async Task Signed_SendAndEveryHandOver_Run()
    {
        _simulation.Script.Run = context => context.Attempt == 1 ? throw new InvalidOperationException("not yet") : TaskOutcome.Completed;
        var tasks = _worker.GetRequiredService<IBackgroundTasks>();
        var id = await tasks.EnqueueAsync(new EchoTask("ü \" \\ \n <>"), new EnqueueOptions { Headers = new Dictionary<string, string> { ["z"] = "1", ["a"] = "2" } });
        var many = await tasks.EnqueueManyAsync([new EchoTask("a"), new EchoTask("b")]);
        await _simulation.PoisonAsync();
        await TaskSimulation.DrainPoisonAsync(_worker);
        await _simulation.DrainAsync(_worker);

        foreach (var sent in many.Append(id))
        {
            Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync(sent))!.State);
        }

        Assert.Empty(await _simulation.DeadLettersAsync());
    }

    [Fact]
    public async Task Signed_OfLarge_Runs()
    {
        var id = await _worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask(SendCrashTests.Noise(100_000)));

        await _simulation.DrainAsync(_worker);

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync(id))!.State);
    }

    [Theory]
    [InlineData("unsigned", "it has none")]
    [InlineData("other payload", "it does not fit")]
    [InlineData("other member", "it does not fit")]
    [InlineData("other key", "it does not fit")]
    [InlineData("unknown key", "names no key")]
    [InlineData("no base64", "it does not fit")]
    [InlineData("empty", "it does not fit")]
    public async Task Forged_AnyWay_IsADeadLetterAndTouchesNoTask(string forgery, string reason)
    {
        var other = forgery is "other key" or "unknown key" ? Worker(forgery == "other key" ? "k1" : "k2", RandomNumberGenerator.GetBytes(32)) : _worker;
        var id = await other.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask("hi"));
        var item = await _simulation.ReceiveAsync();
        var message = JsonNode.Parse(item!.Body)!.AsObject();
        switch (forgery)
        {
            case "unsigned":
                message.Remove("signature");
                break;
            case "other payload":
                message["payload"]!["text"] = "forged";
                break;
            case "other member":
                message["next"] = "else";
                break;
            case "no base64":
                message["signature"] = "k1:!!";
                break;
            case "empty":
                message["signature"] = "k1:";
                break;
        }

        await TaskSimulation.RunAsync(_worker, item with { Body = message.ToJsonString() });

        var dead = Assert.Single(await _simulation.DeadLettersAsync());
        Assert.StartsWith("CEL0232", dead.FindString("reason"), StringComparison.Ordinal);
        Assert.Contains(reason, dead.FindString("reason"), StringComparison.Ordinal);
        Assert.Null(await _simulation.FindAsync(id));
        Assert.Empty(_simulation.Script.Runs);
    }

    [Fact]
    public async Task Signed_AsThePythonExampleDoes_Runs()
    {
        // What json.dumps(message, sort_keys=True, separators=(",", ":")) gives for {"task": "test.echo", "payload": {"text": "Zürich <1>"}}.
        const string Canonical = """{"payload":{"text":"Z\u00fcrich <1>"},"task":"test.echo"}""";
        var signature = $"k1:{Convert.ToBase64String(HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes(Canonical)))}";
        await _simulation.DropAsync($$$"""{ "task": "test.echo", "signature": "{{{signature}}}", "payload": { "text": "Zürich <1>" } }""");

        await _simulation.DrainAsync(_worker);

        Assert.Equal("Zürich <1>", _simulation.Script.LastText);
    }

    [Theory]
    [InlineData("""{"b":1,"a":[{"d":1.50,"c":null},true]}""", """{"a":[{"c":null,"d":1.50},true],"b":1}""")]
    [InlineData("""{"a":1,"a":2,"signature":"x"}""", """{"a":2}""")]
    [InlineData("""{"a":"\u00e9\u0001\"\\\/\ud83d\ude00"}""", """{"a":"\u00e9\u0001\"\\/\ud83d\ude00"}""")]
    public void Canonical_Json(string json, string expected) =>
        Assert.Equal(expected, Encoding.ASCII.GetString(CanonicalJson.Write(JsonElement.Parse(json))));

    [Fact]
    public void Keys_TooShortOrNotNamed_AreRefused()
    {
        Assert.Equal("CEL0308", Assert.Throws<CelerityException>(() => Signer(("k", Convert.ToBase64String(new byte[31])))).Code);
        Assert.Equal("CEL0308", Assert.Throws<CelerityException>(() => Signer(("k", "no base64"))).Code);
        Assert.Equal("CEL0308", Assert.Throws<CelerityException>(() => Signer(("a", Convert.ToBase64String(Key)), ("b", Convert.ToBase64String(Key)))).Code);
        Assert.Equal("CEL0308", Assert.Throws<CelerityException>(() => Signer()).Code);
    }

    private static MessageSigner Signer(params (string Id, string Key)[] keys)
    {
        var options = new SigningOptions { Queues = { TaskSimulation.Queue } };
        foreach (var (id, key) in keys)
        {
            options.Keys[id] = key;
        }

        return new MessageSigner(Options.Create(options));
    }

    private IServiceProvider Worker(string id, byte[] key) => _simulation.Worker(configure: services => services.Configure<SigningOptions>(options =>
    {
        options.Keys[id] = Convert.ToBase64String(key);
        options.Queues.Add(TaskSimulation.Queue);
    }));
}
