using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>Takes what the host gave up on: what decodes goes on by itself, the third crash and the undecodable become dead letters.</summary>
internal sealed class SliceDrain(
    SliceGate gate, SlicePass slicePass, ChunkPass chunkPass, ChunkHandover handover, SlicePublisher publisher, ChunkEffects effects)
{
    /// <summary>Settles one poison message. Afterwards it may be deleted.</summary>
    public async ValueTask SettleAsync(QueueItem item, IStageSignal signal, CancellationToken cancellationToken)
    {
        if (await gate.AdmitAsync(item, askNow: true, cancellationToken).ConfigureAwait(false) is { } message
            && await SettleAsync(message, item, cancellationToken).ConfigureAwait(false))
        {
            await signal.RaiseAsync(message.Key(), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> SettleAsync(SliceMessage message, QueueItem item, CancellationToken cancellationToken)
    {
        var (ended, open) = await slicePass.LookAsync(message, cancellationToken).ConfigureAwait(false);
        if (message.IsSlice())
        {
            await slicePass.ExplodeAsync(message, open, cancellationToken).ConfigureAwait(false);
            await publisher.PublishNextAsync(message, isOnly: false, cancellationToken).ConfigureAwait(false);
        }
        else if (ended.Count == 0 && await handover.ResendAsync(message, item, cancellationToken).ConfigureAwait(false) is { } end)
        {
            return await chunkPass.EndAsync(message, end, cancellationToken).ConfigureAwait(false);
        }

        return await effects.AfterEndAsync(message, ended, cancellationToken).ConfigureAwait(false);
    }
}
