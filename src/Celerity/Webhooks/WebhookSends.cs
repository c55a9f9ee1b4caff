using System.Text.Json;
using Celerity.Groups;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Wire;

namespace Celerity.Webhooks;

/// <summary>Sends the tasks that deliver events.</summary>
internal sealed class WebhookSends(
    TaskRegistry registry, TaskQueues taskQueues, FollowUps followUps, TaskEncoder encoder, IQueueStore queues, TimeProvider time)
{
    private static readonly EnqueueOptions NoOptions = new();

    /// <summary>Sends a task's end. Its delivery is a function of task, webhook and end: made again, it is the same one.</summary>
    public ValueTask SendEndAsync(Webhook webhook, TaskEvent end, string? traceparent, CancellationToken cancellationToken)
    {
        var terms = Terms(DerivedId.Of(end.Id, $"webhook\n{webhook.Name}\n{end.Kind}"), end, traceparent);
        var payload = JsonSerializer.SerializeToElement(new { Webhook = webhook.Name }, CelerityJson.Options);
        return followUps.SendAsync(new TaskLink(terms.Task, payload, Queue()), terms, "event", WebhookBody.Of(end), cancellationToken);
    }

    /// <summary>Sends what is no end: one request, and lost where the process dies before it.</summary>
    public async ValueTask SendAsync(Webhook webhook, TaskEvent happened, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var queue = Queue();
        var terms = Terms(TaskIds.New(now).ToString(), happened, traceparent: null) with { Queue = queue, Delivery = Guid.NewGuid().ToString("N"), SentAt = now };
        var payload = JsonSerializer.SerializeToElement(new { Webhook = webhook.Name, Event = WebhookBody.Of(happened) }, CelerityJson.Options);
        var envelope = await encoder.FitAsync(encoder.WithPayload(terms, payload, PayloadFormat.Json), TaskEncoder.MaxFirstBytes, cancellationToken)
            .ConfigureAwait(false);
        await queues.SendAsync(queue, encoder.Encode(envelope, queue), TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
    }

    private string Queue() => taskQueues.Choose(registry.Get(WebhookDelivery.TaskName).Settings, NoOptions);

    private static TaskEnvelope Terms(string id, TaskEvent happened, string? traceparent) => new()
    {
        Id = id,
        Task = WebhookDelivery.TaskName,
        CorrelationId = happened.CorrelationId,
        ParentId = happened.Id,
        Traceparent = traceparent,
    };
}
