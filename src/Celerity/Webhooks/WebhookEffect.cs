using Celerity.Handover;
using Celerity.Observing;
using Celerity.Tasks;
using Celerity.Wire;

namespace Celerity.Webhooks;

/// <summary>Tells webhooks of a task's end, made from the stored row: no end is missed, and one that is told again has the same id.</summary>
internal sealed class WebhookEffect(WebhookList webhooks, WebhookSends sends) : ITaskEffect
{
    public bool MustHear(TaskEnvelope envelope) => webhooks.Wanting(TaskEventKind.Succeeded, envelope.Task).Any();

    public async ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken)
    {
        var kind = EndKinds.Of(ended.State);
        foreach (var webhook in webhooks.Wanting(kind, envelope.Task))
        {
            var end = new TaskEvent
            {
                Kind = kind,
                At = ended.Ending!.At,
                Id = envelope.Id,
                Name = envelope.Task,
                Queue = queue,
                Attempt = ended.Attempt,
                CorrelationId = envelope.CorrelationId,
                Tags = envelope.Tags,
                Category = ended.Ending.Category,
                Reason = ended.Ending.Reason,
            };
            await sends.SendEndAsync(webhook, end, envelope.Traceparent, cancellationToken).ConfigureAwait(false);
        }
    }
}
