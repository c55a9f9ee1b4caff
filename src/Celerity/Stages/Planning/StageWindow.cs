using Celerity.Storage;

namespace Celerity.Stages.Planning;

/// <summary>
/// Chooses how many slices of a stage are published ahead: once, when it is planned, so that the end of each slice knows which one it lets through.
/// Of a large stage that is less while much of others waits, but never nothing.
/// </summary>
internal sealed class StageWindow(IQueueStore queues, StageOptions options)
{
    /// <summary>Chooses the window; asks the queue for its length where the stage has more than its first chunks.</summary>
    public async ValueTask<int> ChooseAsync(StageLayout layout, CancellationToken cancellationToken)
    {
        var most = Math.Max(1, options.MaxInFlightChunks / layout.ChunksPerSlice);
        var least = Math.Clamp(layout.SlicesOf(options.FirstChunks), 1, most);
        if (layout.SliceCount <= least)
        {
            return most;
        }

        var waiting = await queues.CountAsync(StorageNames.BulkQueue, cancellationToken).ConfigureAwait(false);
        var room = (options.MaxInFlightChunksOfAllRuns / layout.ChunksPerSlice) - waiting;
        return Math.Clamp(room, least, most);
    }
}
