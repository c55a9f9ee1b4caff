using System.Globalization;
using System.Text;
using Celerity.Storage;

namespace Celerity.Tests.Tasks.Model;

/// <summary>The queues of a model world. No clock: a delay is over at once, and a lease ends when the explorer says so.</summary>
internal sealed class ModelQueues
{
    private int _count;

    public List<ModelMessage> Messages { get; } = [];

    public void Send(string queue, string body) =>
        Messages.Add(new ModelMessage(queue, string.Create(CultureInfo.InvariantCulture, $"m{++_count}"), body));

    public static QueueItem Receive(ModelMessage message)
    {
        message.DequeueCount++;
        message.IsVisible = false;
        return new QueueItem(message.Id, $"{message.Id}.{message.DequeueCount}", message.DequeueCount, message.Body);
    }

    public bool Delete(QueueItem item) => Messages.RemoveAll(message => message.Id == item.MessageId && $"{message.Id}.{message.DequeueCount}" == item.Receipt) > 0;

    /// <summary>Ends the lease that <paramref name="item"/> was received under; a later one stays.</summary>
    public void EndLease(QueueItem item)
    {
        foreach (var message in Messages.Where(message => message.Id == item.MessageId && message.DequeueCount == item.DequeueCount))
        {
            message.IsVisible = true;
        }
    }

    public void Describe(StringBuilder text)
    {
        foreach (var message in Messages)
        {
            text.Append(message.Queue).Append(message.Id).Append(message.IsVisible ? '+' : '-').Append(message.DequeueCount).Append(message.Body).Append('\n');
        }
    }
}

/// <summary>A message on a model queue.</summary>
internal sealed class ModelMessage(string queue, string id, string body)
{
    public string Queue { get; } = queue;

    public string Id { get; } = id;

    public string Body { get; } = body;

    public int DequeueCount { get; set; }

    public bool IsVisible { get; set; } = true;
}
