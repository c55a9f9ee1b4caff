using System.Globalization;
using System.Text;
using Celerity.Storage;

namespace Celerity.Tests.Runs.Model;

/// <summary>The queues of a model of runs: what is received stays until it is deleted, and is never hidden from who looks after it.</summary>
internal sealed class RunQueues
{
    private readonly List<(string Queue, QueueItem Item)> _messages = [];
    private int _sent;

    public int HeldCount => _messages.Count(message => IsHeld(message.Queue));

    /// <summary>Gets the message that is delivered next; <see langword="null"/> where there is none.</summary>
    public QueueItem? Next => _messages.Find(message => !IsHeld(message.Queue)).Item;

    public void Send(string queue, string body) => _messages.Add((queue, new QueueItem(string.Create(CultureInfo.InvariantCulture, $"m{++_sent}"), "r", 1, body)));

    public void Copy(RunQueues other)
    {
        _messages.AddRange(other._messages);
        _sent = other._sent;
    }

    // A look receives each message once: its lease outlives the look.
    public IReadOnlyList<QueueItem> Receive(string queue, ICollection<string> received)
    {
        var items = _messages.Where(message => message.Queue == queue && !received.Contains(message.Item.MessageId)).Select(message => message.Item).ToList();
        items.ForEach(item => received.Add(item.MessageId));
        return items;
    }

    public bool Remove(QueueItem item) => _messages.RemoveAll(message => message.Item.MessageId == item.MessageId) > 0;

    public int Count(string queue) => _messages.Count(message => message.Queue == queue);

    /// <summary>Its process has died: it comes again.</summary>
    public void ComesAgain(QueueItem item)
    {
        var at = _messages.FindIndex(message => message.Item.MessageId == item.MessageId);
        if (at >= 0)
        {
            _messages[at] = (_messages[at].Queue, item with { DequeueCount = item.DequeueCount + 1 });
        }
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
