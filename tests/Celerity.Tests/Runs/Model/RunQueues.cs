using System.Globalization;
using System.Text;
using Celerity.Storage;

namespace Celerity.Tests.Runs.Model;

/// <summary>The queues of a model of runs: what is delivered stays until it is removed.</summary>
internal sealed class RunQueues
{
    private readonly List<(string Queue, QueueItem Item)> _messages = [];
    private int _sent;

    /// <summary>Gets the message that is delivered next; <see langword="null"/> where there is none.</summary>
    public QueueItem? Next => _messages.FirstOrDefault().Item;

    public void Send(string queue, string body) => _messages.Add((queue, new QueueItem(string.Create(CultureInfo.InvariantCulture, $"m{++_sent}"), "r", 1, body)));

    public void Copy(RunQueues other)
    {
        _messages.AddRange(other._messages);
        _sent = other._sent;
    }

    public int Count(string queue) => _messages.Count(message => message.Queue == queue);

    public void Remove(QueueItem item) => _messages.RemoveAll(message => message.Item.MessageId == item.MessageId);

    public void Describe(StringBuilder text)
    {
        foreach (var (queue, item) in _messages)
        {
            text.Append(CultureInfo.InvariantCulture, $"{queue} {item.DequeueCount} {item.Body}\n");
        }
    }
}
