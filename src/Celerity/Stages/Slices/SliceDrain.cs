using Celerity.Runs;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>Takes what the host gave up on: what decodes goes on by itself, the third crash and the undecodable become dead letters.</summary>
internal sealed class SliceDrain(
    RunGate gate, SlicePass slicePass, ChunkHandover handover, SlicePublisher publisher, ChunkEffects effects, ChunkDeadLetters deadLetters)
{
    /// <summary>Settles one poison message. Afterwards it may be deleted.</summary>
    public async ValueTask SettleAsync(QueueItem item, IStageSignal signal, CancellationToken cancellationToken)
    {
        if (SliceMessage.TryDecode(item.Body, out var reason) is not { } message)
        {
            await deadLetters.WriteUndecodableAsync(item, reason!, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!await gate.IsOpenNowAsync(message.Run, message.Generation, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var (ended, open) = await slicePass.LookAsync(message, cancellationToken).ConfigureAwait(false);
        if (message.IsSlice())
        {
            await slicePass.ExplodeAsync(message, open, cancellationToken).ConfigureAwait(false);
            await publisher.PublishNextAsync(message, isOnly: false, cancellationToken).ConfigureAwait(false);
        }
        else if (ended.Count == 0)
        {
            await handover.SendAgainAsync(message, message.First, cancellationToken).ConfigureAwait(false);
        }

        if (await effects.AfterEndAsync(message, ended, cancellationToken).ConfigureAwait(false))
        {
            await signal.RaiseAsync(message.Key(), cancellationToken).ConfigureAwait(false);
        }
    }
}
