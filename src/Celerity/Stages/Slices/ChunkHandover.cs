using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>
/// Moves chunks that go their own way from message to message: the successor is sent first, then the control row moves to it. No write to
/// the row is unconditional, so of two twins one goes on and the other is an orphan.
/// </summary>
internal sealed class ChunkHandover(ITableStore tables, IQueueStore queues)
{
    private const int MaxClaims = 10;

    /// <summary>Finds the chunks that have left their slice.</summary>
    public async ValueTask<IReadOnlySet<int>> FindLeftAsync(StageKey key, int first, int last, CancellationToken cancellationToken)
    {
        var query = new TableQuery(key.ControlPartition)
        {
            RowKeyFrom = ChunkEnd.RowKeyOf(first),
            RowKeyBefore = ChunkEnd.RowKeyOf(last + 1),
            Select = ["seq"],
        };
        var left = new HashSet<int>();
        await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, query, cancellationToken).ConfigureAwait(false))
        {
            left.Add(int.Parse(row.RowKey, System.Globalization.CultureInfo.InvariantCulture));
        }

        return left;
    }

    /// <summary>Hands a chunk over that has no control row yet. A row that is there by now is another twin's: this message becomes an orphan.</summary>
    public async ValueTask SendFirstAsync(SliceMessage next, TimeSpan delay, CancellationToken cancellationToken)
    {
        var successor = Successor(next);
        await SendAsync(successor, delay, cancellationToken).ConfigureAwait(false);
        var row = ChunkClaim.Unclaimed(successor).ToRow(next.Key(), next.First);
        _ = await tables.TryInsertAsync(StorageNames.LedgerTable, row, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Hands a claimed chunk over. Where the claim was lost meanwhile, the message becomes an orphan.</summary>
    public async ValueTask SendNextAsync(ChunkClaim claim, SliceMessage next, TimeSpan delay, CancellationToken cancellationToken)
    {
        var successor = Successor(next);
        await SendAsync(successor, delay, cancellationToken).ConfigureAwait(false);
        var row = ChunkClaim.Unclaimed(successor).ToRow(next.Key(), next.First);
        _ = await tables.TryReplaceAsync(StorageNames.LedgerTable, row, claim.ETag, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a chunk again whose message may be lost: a hand-over as well, for it may have been claimed.</summary>
    /// <param name="slice">The slice it is of.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask SendAgainAsync(SliceMessage slice, int chunk, CancellationToken cancellationToken)
    {
        var next = slice.ForChunk(chunk);
        if (await FindAsync(next, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            await SendFirstAsync(next, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            return;
        }

        var current = next with { Seq = row.Seq, Attempt = row.Attempt, Crashes = row.Crashes, Failures = ChunkFailure.ReadAll(row.Failures) };
        await SendNextAsync(row, current, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives a claim up without an outcome. Where another has it by now, nothing happens.</summary>
    public async ValueTask ReleaseAsync(SliceMessage message, ChunkClaim claim)
    {
        var row = (claim with { MessageId = null, Pass = null }).ToRow(message.Key(), message.First);
        _ = await tables.TryReplaceAsync(StorageNames.LedgerTable, row, claim.ETag, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Claims a chunk for the pass over one delivery.</summary>
    /// <returns>The claim; <see langword="null"/> where the delivery is an orphan or another holds the chunk.</returns>
    public async ValueTask<ChunkClaim?> ClaimAsync(SliceMessage message, QueueItem item, CancellationToken cancellationToken)
    {
        var pass = Guid.NewGuid().ToString("N");
        for (var round = 0; round < MaxClaims; round++)
        {
            var row = await FindAsync(message, cancellationToken).ConfigureAwait(false);
            var decision = row is null ? ClaimDecision.Claim : ClaimDecisions.For(message, item.MessageId, item.DequeueCount, pass, row);
            if (decision == ClaimDecision.Drop)
            {
                return null;
            }

            if (decision == ClaimDecision.Run)
            {
                return row;
            }

            var known = row is not null && row.Seq == message.Seq ? row.Crashes : message.Crashes;
            var crashes = decision == ClaimDecision.ClaimAfterCrash ? known + 1 : known;
            var claim = ChunkClaim.Unclaimed(message with { Crashes = crashes }) with
            {
                MessageId = item.MessageId,
                DequeueCount = item.DequeueCount,
                Pass = pass,
            };
            var etag = row is null
                ? await tables.TryInsertAsync(StorageNames.LedgerTable, claim.ToRow(message.Key(), message.First), cancellationToken).ConfigureAwait(false)
                : await tables.TryReplaceAsync(
                    StorageNames.LedgerTable, claim.ToRow(message.Key(), message.First), row.ETag, cancellationToken).ConfigureAwait(false);
            if (etag is not null)
            {
                return claim with { ETag = etag };
            }
        }

        throw new InvalidOperationException($"The claim of chunk {message.First} of {message.Key()} was refused {MaxClaims} times.");
    }

    private static SliceMessage Successor(SliceMessage next) => next with { Seq = next.Seq + 1, Delivery = SlicePublisher.NewDelivery(), Again = false };

    private ValueTask SendAsync(SliceMessage message, TimeSpan delay, CancellationToken cancellationToken) =>
        queues.SendAsync(StorageNames.ChunksQueue, message.Encode(), delay, cancellationToken);

    private async ValueTask<ChunkClaim?> FindAsync(SliceMessage message, CancellationToken cancellationToken)
    {
        var row = await tables.FindAsync(
            StorageNames.LedgerTable, message.Key().ControlPartition, ChunkEnd.RowKeyOf(message.First), cancellationToken).ConfigureAwait(false);
        return row is null ? null : ChunkClaim.From(row);
    }
}
