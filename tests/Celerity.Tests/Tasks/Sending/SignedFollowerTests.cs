using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tests.Groups;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks.Sending;

/// <summary>What nobody has signed has nothing signed in its name.</summary>
public sealed class SignedFollowerTests
{
    private const string Signed = "celerity-high";

    private readonly TaskSimulation _simulation = new();
    private readonly IServiceProvider _worker;

    public SignedFollowerTests() => _worker = _simulation.Worker(configure: services =>
    {
        services.Configure<SigningOptions>(options =>
        {
            options.Keys["k"] = Convert.ToBase64String(new byte[32]);
            options.Queues.Add(Signed);
        });
        services.ConfigureCelerityTask(typeof(FailedTask), options => options.Queue = Signed);
    });

    [Theory]
    [InlineData("""{"id":"t1","task":"test.echo","payload":{"text":"a"},"next":[{"task":"test.echo","payload":{},"queue":"celerity-high"}]}""", "")]
    [InlineData("""{"id":"t1","task":"test.echo","payload":{"text":"a"},"onError":{"task":"test.echo","payload":{},"queue":"celerity-high"}}""", "")]
    [InlineData(
        """
        {"v":1,"batch":[{"id":"t1","task":"test.echo","payload":{"text":"a"},
        "next":[{"task":"test.echo","payload":{},"queue":"celerity-default"},{"task":"test.echo","payload":{},"queue":"celerity-high"}]},
        {"id":"t2","task":"test.echo","payload":{"text":"b"},"next":[{"task":"test.echo","payload":{"text":"c"},"queue":"celerity-default"}]}]}
        """,
        "t2")]
    public async Task UnsignedMessage_FollowedOnASignedQueue_IsADeadLetterAndRunsNothing(string message, string ran)
    {
        _simulation.Script.Run = context => context.Id == "t1" ? TaskOutcome.DeadLetter("no") : TaskOutcome.Completed;
        await _simulation.DropAsync(message);

        await _simulation.DrainAsync(_worker);

        Assert.StartsWith("CEL0280", Assert.Single(await _simulation.DeadLettersAsync()).FindString("reason"), StringComparison.Ordinal);
        Assert.Equal(ran, _simulation.Script.Runs.Select(run => run.Id).FirstOrDefault() ?? "");
        Assert.Equal(ran.Length > 0 ? 2 : 0, _simulation.Script.Runs.Count);
        Assert.Equal(0, await _simulation.Queues.CountAsync(Signed, CancellationToken.None));
    }

    [Fact]
    public async Task Chain_FromAnyQueueToASignedOne_IsRefusedBeforeItIsSent()
    {
        var groups = _worker.GetRequiredService<ITaskGroups>();

        var chain = await Assert.ThrowsAsync<CelerityException>(() => groups.ChainAsync([new EchoTask("a"), new FailedTask("b")]));
        var error = await Assert.ThrowsAsync<CelerityException>(() => groups.ChainAsync([new EchoTask("a")], new FailedTask("b")));
        var group = await Assert.ThrowsAsync<CelerityException>(() => groups.GroupAsync([new TaskChain([new EchoTask("a"), new FailedTask("b")])]));
        await groups.ChainAsync([new FailedTask("a"), new EchoTask("b")]);

        Assert.Equal(["CEL0280", "CEL0280", "CEL0280"], new[] { chain, error, group }.Select(exception => exception.Code));
        Assert.Equal(0, await _simulation.Queues.CountAsync(StorageNames.DefaultQueue, CancellationToken.None));
        Assert.Equal(1, await _simulation.Queues.CountAsync(Signed, CancellationToken.None));
    }
}
