using Celerity.Controls;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;

namespace Celerity.Live;

/// <summary>Shows the queues as they are now.</summary>
/// <remarks>A look takes three requests a queue, four where it is not empty; it is shared for 5 seconds by all who ask this process. What is paused comes from the board.</remarks>
internal sealed class QueueViews
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    private readonly IQueueProbe _probe;
    private readonly IQueueStore _store;
    private readonly TaskQueues _queues;
    private readonly TaskRegistry _registry;
    private readonly ControlBoard _board;
    private readonly TimeProvider _time;
    private readonly SharedLook<(DateTimeOffset At, IReadOnlyList<QueueView> Queues)> _looks;

    public QueueViews(IQueueProbe probe, IQueueStore store, TaskQueues queues, TaskRegistry registry, ControlBoard board, TimeProvider time)
    {
        (_probe, _store, _queues, _registry, _board, _time) = (probe, store, queues, registry, board, time);
        _looks = new(LookAsync, MaxAge, time);
    }

    /// <summary>Lists the queues that functions listen to.</summary>
    /// <returns>When they were looked at, and what was seen.</returns>
    public async ValueTask<(DateTimeOffset At, IReadOnlyList<QueueView> Queues)> ListAsync(CancellationToken cancellationToken)
    {
        var (at, queues) = await _looks.GetAsync(cancellationToken).ConfigureAwait(false);
        var controls = await _board.GetAsync(cancellationToken).ConfigureAwait(false);
        return (at, [.. queues.Select(queue => queue with { Pause = controls.FindPause(ControlKind.PauseQueue, PausedWith(queue.Name)) })]);
    }

    private static string PausedWith(string queue) => queue == StorageNames.BulkQueue ? StorageNames.ChunksQueue : queue;

    private async Task<(DateTimeOffset At, IReadOnlyList<QueueView> Queues)> LookAsync()
    {
        var now = _time.GetUtcNow();
        var tasks = _registry.Tasks.Where(task => !task.IsInternal)
            .ToLookup(task => _queues.Choose(task.Settings, new EnqueueOptions()), task => task.Settings.Name);
        var views = _queues.Held.Append(StorageNames.BulkQueue).Select(async queue =>
        {
            var look = await _probe.LookAsync(queue, CancellationToken.None).ConfigureAwait(false);
            var held = queue == StorageNames.BulkQueue ? 0 : await _store.CountAsync(queue + StorageNames.HeldSuffix, CancellationToken.None).ConfigureAwait(false);
            var poison = await _store.CountAsync(queue + StorageNames.PoisonSuffix, CancellationToken.None).ConfigureAwait(false);
            double? age = look.OldestAt is { } since ? Math.Max(0, (now - since).TotalSeconds) : null;
            return new QueueView(queue, look.Count, age, held, poison) { Tasks = [.. tasks[queue]] };
        });
        return (now, await Task.WhenAll(views).ConfigureAwait(false));
    }
}
