using Celerity.Runs;
using Celerity.Stages.Planning;
using Celerity.Storage;
using Celerity.Tracing;

namespace Celerity.Stages.Slices;

/// <summary>Puts slices on the queue. Publishing one twice does no harm: its chunks end once.</summary>
internal sealed class SlicePublisher(IQueueStore queues, ITableStore tables, RunGate runs, Manifest manifest, StageOptions options)
{
    private const int ParallelSends = 16;

    /// <summary>Publishes the slices of the first window.</summary>
    public async ValueTask PublishWindowAsync(StagePlan plan, CancellationToken cancellationToken)
    {
        var stage = await StageAsync(plan.Key, cancellationToken).ConfigureAwait(false);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelSends, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            stage.Order.First(plan.Window), parallel, (slice, cancellation) => PublishAsync(plan, slice, again: false, cancellation)).ConfigureAwait(false);
    }

    public async ValueTask PublishAsync(StagePlan plan, int slice, bool again, CancellationToken cancellationToken)
    {
        using var span = EngineTracing.StartSendSlice(plan.Name);
        var message = await MakeAsync(plan, slice, again, cancellationToken).ConfigureAwait(false);
        EngineTracing.Sent(span, message.Queue(), message.Key().ChunkId(message.First));
        await queues.SendAsync(message.Queue(), message.Encode(), TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Publishes the slice that the end of this one lets through; nothing where the stage has no more.</summary>
    /// <param name="ended">The slice that has ended.</param>
    /// <param name="isOnly">Whether this pass, the first that is known of, ended it. Any other may repeat what one before it did.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <remarks>
    /// Repeats leave a mark once they have sent, and find it: else every message that came twice would double all that follow it, and
    /// those that come twice among them again.
    /// </remarks>
    public async ValueTask PublishNextAsync(SliceMessage ended, bool isOnly, CancellationToken cancellationToken)
    {
        var stage = await StageAsync(ended.Key(), cancellationToken).ConfigureAwait(false);
        if (stage.Order.After(ended.Layout.SliceOf(ended.First), ended.Window) is not { } next)
        {
            return;
        }

        var mark = new TableRow(ended.Key().ControlPartition, $"repeated-{next:D8}", new Dictionary<string, object>());
        if (!isOnly && await tables.FindAsync(StorageNames.LedgerTable, mark.PartitionKey, mark.RowKey, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        var (first, last) = ended.Layout.ChunksOfSlice(next);
        var message = ended with
        {
            First = first,
            Last = last,
            Chunks = await ChunksAsync(stage, first, last, cancellationToken).ConfigureAwait(false),
            IsBulk = IsBulk(stage, next),
            Attempt = 1,
            Seq = 0,
            Delivery = NewDelivery(),
            Crashes = 0,
            Starts = [],
            Failures = [],
            Again = !isOnly || stage.IsTakenOver,
        };
        await queues.SendAsync(message.Queue(), message.Encode(), TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        if (!isOnly)
        {
            _ = await tables.TryInsertAsync(StorageNames.LedgerTable, mark, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<SliceMessage> MakeAsync(StagePlan plan, int slice, bool again, CancellationToken cancellationToken)
    {
        var (first, last) = plan.Layout.ChunksOfSlice(slice);
        var stage = await StageAsync(plan.Key, cancellationToken).ConfigureAwait(false);
        return new SliceMessage
        {
            Run = plan.Key.Run,
            Generation = plan.Key.Generation,
            Stage = plan.Key.Stage,
            Name = plan.Name,
            First = first,
            Last = last,
            Source = plan.Source,
            ETag = plan.ETag,
            Length = plan.Length,
            Columns = plan.Columns,
            Chunks = await ChunksAsync(stage, first, last, cancellationToken).ConfigureAwait(false),
            Layout = plan.Layout,
            Window = plan.Window,
            PlannedIn = stage.IsTakenOver ? stage.PlannedIn : 0,
            IsBulk = IsBulk(stage, slice),
            Delivery = NewDelivery(),
            Again = again || stage.IsTakenOver,
            Traceparent = EngineTracing.Traceparent,
        };
    }

    public static string NewDelivery() => Guid.NewGuid().ToString("N");

    // The queue changes nothing about the order: it says only what a slice may have to wait behind.
    private bool IsBulk(StageRecord stage, int slice) => !stage.Order.IsAmongFirst(slice, stage.Layout.SlicesOf(options.FirstChunks));

    // Its row is written before its plan is known, and read once.
    private async ValueTask<StageRecord> StageAsync(StageKey key, CancellationToken cancellationToken) =>
        (await runs.FindStageAsync(key, cancellationToken).ConfigureAwait(false))!;

    private async ValueTask<ArraySegment<ChunkEntry>> ChunksAsync(StageRecord stage, int first, int last, CancellationToken cancellationToken)
    {
        var page = stage.Layout.PageOf(first);
        var chunks = await manifest.ReadAsync(stage.ManifestKey, page, cancellationToken).ConfigureAwait(false);
        return new ArraySegment<ChunkEntry>(chunks, first - stage.Layout.ChunksOfPage(page).First, last - first + 1);
    }
}
