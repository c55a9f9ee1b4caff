using System.Collections.Concurrent;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Celerity.LocalRuntime.Tests.Differential;

/// <summary>The function under both listeners: it behaves as its scenario says, and notes each attempt.</summary>
public sealed class ListenerObservation(ListenerScenario scenario, QueueServiceClient service, string queueName)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly QueueClient _queue = service.GetQueueClient(queueName);
    private readonly ConcurrentQueue<(string Body, long DequeueCount)> _attempts = [];
    private readonly ConcurrentDictionary<string, int> _failures = [];

    /// <summary>One attempt.</summary>
    public async Task RunAsync(QueueMessage message)
    {
        var body = message.Body.ToString();
        _attempts.Enqueue((body, message.DequeueCount));
        if (scenario.DeletesItself)
        {
            await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
        }

        if (_failures.AddOrUpdate(body, 1, (_, count) => count + 1) <= scenario.Failures)
        {
            throw new FormatException("As planned.");
        }
    }

    /// <summary>Waits until all is done that is to be done, and describes it.</summary>
    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (_attempts.Count < scenario.Attempts || await CountAsync(_queue) > scenario.Left)
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }

        var attempts = _attempts.GroupBy(attempt => attempt.Body, attempt => attempt.DequeueCount).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key}: {string.Join(' ', group)}");
        return string.Join('\n', [.. attempts, $"left: {await CountAsync(_queue)}", .. await PoisonAsync()]);
    }

    private static async Task<int> CountAsync(QueueClient queue) => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount;

    private async Task<IReadOnlyList<string>> PoisonAsync()
    {
        var poison = service.GetQueueClient($"{_queue.Name}-poison");
        if (!await poison.ExistsAsync())
        {
            return ["no poison queue"];
        }

        QueueMessage[] messages = await poison.ReceiveMessagesAsync(32);
        return
        [
            .. messages
                .Select(message => $"poison: {message.MessageText} {message.DequeueCount} for {message.ExpiresOn - message.InsertedOn}")
                .Order(StringComparer.Ordinal),
        ];
    }
}
