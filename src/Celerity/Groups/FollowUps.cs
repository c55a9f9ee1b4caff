using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Tasks.Sending;
using Celerity.Wire;

namespace Celerity.Groups;

/// <summary>Sends tasks that follow from ends. The caller comes back until it has returned, and each time the same task leaves with the same id.</summary>
internal sealed class FollowUps(TaskEncoder encoder, ReservedSends sends, TimeProvider time)
{
    /// <summary>Sends <paramref name="link"/> on the terms of the caller: reserved, sent, marked. What was sent before is not sent again.</summary>
    public async ValueTask SendAsync(TaskLink link, TaskEnvelope terms, string property, JsonNode? value, CancellationToken cancellationToken)
    {
        var payload = JsonObject.Create(link.Payload) ?? [];
        payload[property] = value;
        var now = time.GetUtcNow();
        var envelope = encoder.WithPayload(
            terms with { Task = link.Task, Queue = link.Queue, Delivery = DerivedId.Of(terms.Id, "delivery"), SentAt = now, Reserved = true },
            JsonSerializer.SerializeToElement(payload),
            PayloadFormat.Json);
        var fitting = await encoder.FitAsync(envelope, TaskEncoder.MaxFirstBytes, cancellationToken).ConfigureAwait(false);
        var row = new SendRow(terms.Id, SendRow.Reserved, link.Task, link.Queue, encoder.Encode(fitting, link.Queue), now)
        {
            CorrelationId = terms.CorrelationId,
            Run = terms.RunId,
            PayloadBlob = fitting.PayloadRef,
        };
        _ = await sends.SendCoveredAsync(row, cancellationToken).ConfigureAwait(false);
    }
}
