using System.Text;
using Celerity.DeadLetters;
using Celerity.Runs;
using Celerity.Storage;
using Celerity.Wire;

namespace Celerity.Stages.Slices;

/// <summary>
/// Lets messages of the chunks queue through whose run is open and whose stage was planned as they say. One that cannot be read, or that
/// claims another layout or dataset than its stage's, is a dead letter: it could write a false count or read another's data.
/// </summary>
internal sealed class SliceGate(RunGate runs, DeadLetterStore deadLetters, ChunkEffects effects, TimeProvider time)
{
    /// <summary>Admits one message.</summary>
    /// <param name="item">The message.</param>
    /// <param name="askNow">Whether the run is asked by a read of its own.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The message; <see langword="null"/> where nothing is left to do with it.</returns>
    public async ValueTask<SliceMessage?> AdmitAsync(QueueItem item, bool askNow, CancellationToken cancellationToken)
    {
        if (SliceMessage.TryDecode(item.Body, out var reason) is not { } message)
        {
            return await RefuseAsync(item, reason!, cancellationToken).ConfigureAwait(false);
        }

        var isOpen = askNow
            ? await runs.IsOpenNowAsync(message.Run, message.Generation, cancellationToken).ConfigureAwait(false)
            : await runs.IsOpenAsync(message.Run, message.Generation, cancellationToken).ConfigureAwait(false);
        if (!isOpen && item.DequeueCount <= 1 && !askNow)
        {
            return null;
        }

        if (!await WasPlannedAsync(message, cancellationToken).ConfigureAwait(false))
        {
            return isOpen ? await RefuseAsync(item, $"its stage {message.Key()} was not planned so", cancellationToken).ConfigureAwait(false) : null;
        }

        if (isOpen)
        {
            return message;
        }

        // Its process may have died between the row of a dead chunk and its letter, and others have ended the run since.
        await TellDeadAsync(message, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>Makes sure of the letters of a message's dead chunks once its run is closed, unless that is being purged, or gone.</summary>
    public async ValueTask TellDeadAsync(SliceMessage message, CancellationToken cancellationToken)
    {
        if (await runs.IsKeptNowAsync(message.Run, cancellationToken).ConfigureAwait(false))
        {
            await effects.TellDeadAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> WasPlannedAsync(SliceMessage message, CancellationToken cancellationToken) =>
        RunKey.IsId(message.Run)
        && await runs.FindStageAsync(message.Key(), cancellationToken).ConfigureAwait(false) is { } stage
        && message.Name == stage.Name && message.Layout == stage.Layout && message.Window == stage.Window && message.Source == stage.Source
        && message.ManifestKey() == stage.ManifestKey;

    private async ValueTask<SliceMessage?> RefuseAsync(QueueItem item, string reason, CancellationToken cancellationToken)
    {
        var undecodable = new UndecodableItem(item.MessageId, reason, Encoding.UTF8.GetBytes(item.Body));
        await deadLetters.AddUndecodableAsync(undecodable, StorageNames.ChunksQueue, item.InsertedAt ?? time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        return null;
    }
}
