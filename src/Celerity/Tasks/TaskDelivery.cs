using Celerity.Wire;

namespace Celerity.Tasks;

/// <summary>One task of one delivered message.</summary>
/// <param name="Envelope">The task, its id filled in.</param>
/// <param name="MessageId">The queue message's id.</param>
/// <param name="DequeueCount">1 on its first delivery.</param>
/// <param name="Queue">The queue it came from.</param>
internal sealed record TaskDelivery(TaskEnvelope Envelope, string MessageId, long DequeueCount, string Queue)
{
    public string Id => Envelope.Id!;
}
