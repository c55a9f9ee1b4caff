using System.Globalization;
using System.Text;
using Celerity.Storage;

namespace Celerity.Tests.Tasks.Model;

/// <summary>The queues of a model world. Without a clock a delay is over at once, and a lease ends when the explorer says so.</summary>
internal sealed class ModelQueues(TimeProvider? clock)
{
    /// <summary>How long a message is hidden once it is received.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private int _count;

    public List<ModelMessage> Messages { get; } = [];

    /// <summary>Gets every body that was ever sent, for those who look at the tasks in it.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>Gets when the next hidden message can be received; <see langword="null"/> where there is none, or no clock.</summary>
    public DateTimeOffset? NextAt => clock is null
        ? null
        : Messages.Select(message => message.VisibleAt).Where(at => at > clock.GetUtcNow()).Order().Cast<DateTimeOffset?>().FirstOrDefault();

    public void Send(string queue, string body, TimeSpan delay = default)
    {
        Sent.Add(body);
        Messages.Add(new ModelMessage(queue, string.Create(CultureInfo.InvariantCulture, $"m{++_count}"), body)
        {
            VisibleAt = clock is null ? DateTimeOffset.MinValue : clock.GetUtcNow() + delay,
        });
    }

    public IEnumerable<ModelMessage> VisibleOn(string queue) => Messages.Where(message => message.Queue == queue && IsVisible(message));

    public int Count(string queue) => Messages.Count(message => message.Queue == queue);

    public QueueItem Receive(ModelMessage message)
    {
        message.DequeueCount++;
        message.VisibleAt = clock is null ? DateTimeOffset.MaxValue : clock.GetUtcNow() + Lease;
        return new QueueItem(message.Id, $"{message.Id}.{message.DequeueCount}", message.DequeueCount, message.Body);
    }

    public bool Delete(QueueItem item) => Messages.RemoveAll(message => message.Id == item.MessageId && $"{message.Id}.{message.DequeueCount}" == item.Receipt) > 0;

    /// <summary>Ends the lease that <paramref name="item"/> was received under; a later one stays.</summary>
    public void EndLease(QueueItem item)
    {
        foreach (var message in Messages.Where(message => message.Id == item.MessageId && message.DequeueCount == item.DequeueCount))
        {
            message.VisibleAt = DateTimeOffset.MinValue;
        }
    }

    public void Describe(StringBuilder text)
    {
        foreach (var message in Messages)
        {
            text.Append(message.Queue).Append(message.Id).Append(IsVisible(message) ? '+' : '-').Append(message.DequeueCount).Append(message.Body);
            text.Append(clock is null || IsVisible(message) ? 0 : message.VisibleAt.UtcTicks).Append('\n');
        }
    }

    private bool IsVisible(ModelMessage message) => message.VisibleAt <= (clock?.GetUtcNow() ?? DateTimeOffset.MinValue);
}
