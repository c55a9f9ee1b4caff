using Celerity.Storage;

namespace Celerity.Handover;

/// <summary>Reads and moves control rows. No write is unconditional: a row is inserted if absent, or moved by its ETag.</summary>
internal sealed class ControlRows(ITableStore tables)
{
    private const int MaxClaims = 10;

    public async ValueTask<ControlRow?> FindAsync(ControlKey key, CancellationToken cancellationToken)
    {
        var row = await tables.FindAsync(key.Table, key.Partition, key.Row, cancellationToken).ConfigureAwait(false);
        return row is null ? null : ControlRow.From(row);
    }

    /// <summary>Claims a subject for the pass over one delivery.</summary>
    /// <returns>What to do, and the row: as claimed, or as found where there is nothing to run.</returns>
    public async ValueTask<(DeliveryAction Action, ControlRow Row)> ClaimAsync(
        ControlKey key, Handed message, string messageId, long dequeueCount, CancellationToken cancellationToken)
    {
        var claimant = new ControlClaim(messageId, dequeueCount, Guid.NewGuid().ToString("N"));
        ControlRow? row = null;
        for (var round = 0; round < MaxClaims; round++)
        {
            var action = DeliveryDecision.For(message, claimant, row);
            if (action is DeliveryAction.Drop or DeliveryAction.RepeatEffects or DeliveryAction.Run)
            {
                return (action, row!);
            }

            var claimed = new ControlRow
            {
                Seq = message.Seq,
                Delivery = message.Delivery,
                Attempt = message.Attempt,
                Crashes = action == DeliveryAction.ClaimAfterCrash ? row!.Crashes + 1 : message.Crashes,
                Claim = claimant,
            };
            if (await TryWriteAsync(key, claimed, row?.ETag, cancellationToken).ConfigureAwait(false) is { } written)
            {
                return (action, written);
            }

            // The first try needs no read: mostly there is no row yet.
            row = await FindAsync(key, cancellationToken).ConfigureAwait(false);
        }

        throw new InvalidOperationException($"The claim of {key.Row} was refused {MaxClaims} times.");
    }

    /// <summary>Writes a row over the version <paramref name="etag"/>, or where there is none if that is null; <see langword="null"/> where refused.</summary>
    public async ValueTask<ControlRow?> TryWriteAsync(ControlKey key, ControlRow row, string? etag, CancellationToken cancellationToken)
    {
        var written = etag is null
            ? await tables.TryInsertAsync(key.Table, row.ToRow(key), cancellationToken).ConfigureAwait(false)
            : await tables.TryReplaceAsync(key.Table, row.ToRow(key), etag, cancellationToken).ConfigureAwait(false);
        return written is null ? null : row with { ETag = written };
    }
}
