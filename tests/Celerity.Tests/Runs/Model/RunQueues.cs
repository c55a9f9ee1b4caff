using System.Globalization;
using System.Text;
using Celerity.Storage;
using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.Runs.Model;

/// <summary>The queues of a model of runs: what is delivered or received stays until it is removed.</summary>
internal sealed class RunQueues
{
    private readonly List<(string Queue, QueueItem Item)> _messages = [];
    private int _sent;

    /// <summary>Gets the message that is delivered next; <see langword="null"/> where there is none.</summary>
    public QueueItem? Next => _messages.Find(message => !IsHeld(message.Queue)).Item;

    public int HeldCount => _messages.Count(message => IsHeld(message.Queue));

    /// <summary>Tells what others may see of a call: the lanes are delivered as one.</summary>
    public static Touch Touch(string queue, bool writes) => new(IsHeld(queue) ? "queue held" : "queue lane", writes);

    public void Send(string queue, string body) => _messages.Add((queue, new QueueItem(string.Create(CultureInfo.InvariantCulture, $"m{++_sent}"), "r", 1, body)));

    public void Copy(RunQueues other)
    {
        _messages.AddRange(other._messages);
        _sent = other._sent;
    }

    public int Count(string queue) => _messages.Count(message => message.Queue == queue);

    public bool Remove(QueueItem item) => _messages.RemoveAll(message => message.Item.MessageId == item.MessageId) > 0;

    /// <summary>Receives what a look has not received yet: a lease outlives it.</summary>
    public IReadOnlyList<QueueItem> Receive(string queue, HashSet<string> received) =>
        [.. _messages.Where(message => message.Queue == queue && received.Add(message.Item.MessageId)).Select(message => message.Item)];

    /// <summary>Its process has died: it comes again.</summary>
    public void ComeAgain(QueueItem item)
    {
        var at = _messages.FindIndex(message => message.Item.MessageId == item.MessageId);
        _messages[at] = (_messages[at].Queue, item with { DequeueCount = item.DequeueCount + 1 });
    }

    public void Describe(StringBuilder text)
    {
        foreach (var (queue, item) in _messages)
        {
            text.Append(CultureInfo.InvariantCulture, $"{queue} {item.DequeueCount} {item.Body}\n");
        }
    }

    private static bool IsHeld(string queue) => queue.EndsWith(StorageNames.HeldSuffix, StringComparison.Ordinal);
}
