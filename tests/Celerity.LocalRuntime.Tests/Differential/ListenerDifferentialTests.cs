using System.Text;
using Azure.Storage.Queues;
using Celerity.LocalRuntime.Tests.Queues;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Differential;

/// <summary>
/// The same messages under Microsoft's own listener and under ours, on the same storage: attempts, dequeue counts, poison copies and what
/// is left are the same.
/// </summary>
public sealed class ListenerDifferentialTests : IClassFixture<Azurite>
{
    private readonly Azurite _azurite;
    private readonly QueueServiceClient _service;

    public ListenerDifferentialTests(Azurite azurite)
    {
        azurite.SkipIfMissing();
        _azurite = azurite;
        _service = new QueueServiceClient(azurite.ConnectionString);
    }

    public static TheoryData<ListenerScenario> Scenarios => new(
        new ListenerScenario("all succeed", [.. Enumerable.Range(0, 40).Select(i => Base64($"message {i}"))]) { Attempts = 40 },
        new ListenerScenario("all attempts fail", Base64("a"), Base64("b"), Base64("c")) { Failures = 99, Attempts = 15 },
        new ListenerScenario("two attempts fail", Base64("a"), Base64("b")) { Failures = 2, Attempts = 6 },
        new ListenerScenario("one attempt allowed", Base64("a")) { Failures = 1, MaxDequeueCount = 1, Attempts = 1 },
        new ListenerScenario("the last allowed attempt succeeds", Base64("a")) { Failures = 2, MaxDequeueCount = 3, Attempts = 3 },
        new ListenerScenario("failed messages are hidden", Base64("a")) { Failures = 1, VisibilityTimeout = TimeSpan.FromSeconds(1), Attempts = 2 },
        new ListenerScenario("bodies of all kinds", Base64("{\"a\": \"<&>\"}"), Base64("[1, 2]"), Base64("ø ⛷ 漢"), Base64("null"), Base64(" "), Base64("<a/>"))
        {
            Failures = 99,
            MaxDequeueCount = 2,
            Attempts = 12,
        },
        new ListenerScenario("not base64", "no base64, that's sure", "{\"a\":1}") { Attempts = 0 },
        new ListenerScenario("plain text", "no base64, that's sure", "{\"a\":1}") { Encoding = QueueMessageEncoding.None, Failures = 99, Attempts = 10 },
        new ListenerScenario("received more often than allowed", Base64("a")) { ReceivedBefore = 5, Attempts = 0 },
        new ListenerScenario("received as often as allowed, but once", Base64("a")) { ReceivedBefore = 4, Failures = 99, Attempts = 1 },
        new ListenerScenario("the function deletes its message", Base64("a"), Base64("b")) { DeletesItself = true, Attempts = 2 },
        new ListenerScenario("the function deletes its message and fails", Base64("a")) { DeletesItself = true, Failures = 99, Attempts = 1 },
        new ListenerScenario("a poison queue's own function fails", Base64("a")) { IsPoisonQueue = true, Failures = 99, Attempts = 1, Left = 1 });

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Messages_UnderBothListeners_EndTheSame(ListenerScenario scenario)
    {
        var microsofts = await ObserveAsync(scenario, "theirs", MicrosoftListener.StartAsync);
        var ours = await ObserveAsync(scenario, "ours", OurListener.StartAsync);

        Assert.Equal(microsofts, ours);
        Assert.Equal(scenario.Attempts, microsofts.Split('\n').TakeWhile(line => !line.StartsWith("left", StringComparison.Ordinal)).Sum(line => line.Split(": ")[^1].Split(' ').Length));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task<string> ObserveAsync(
        ListenerScenario scenario, string side, Func<ListenerScenario, string, string, ListenerObservation, Task<IAsyncDisposable>> startAsync)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var name = $"{side}-{Guid.NewGuid():N}{(scenario.IsPoisonQueue ? "-poison" : "")}";
        var queue = _service.GetQueueClient(name);
        await queue.CreateAsync(cancellationToken: cancellationToken);
        foreach (var text in scenario.Texts)
        {
            await queue.SendMessageAsync(text, cancellationToken);
        }

        for (var i = 0; i < scenario.ReceivedBefore; i++)
        {
            foreach (var message in (await queue.ReceiveMessagesAsync(32, TimeSpan.FromSeconds(30), cancellationToken)).Value)
            {
                await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: cancellationToken);
            }
        }

        var observation = new ListenerObservation(scenario, _service, name);
        await using (await startAsync(scenario, _azurite.ConnectionString, name, observation))
        {
            return await observation.DescribeAsync(cancellationToken);
        }
    }
}
