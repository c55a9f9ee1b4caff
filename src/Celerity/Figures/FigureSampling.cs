using Celerity.History;
using Celerity.Storage;
using Celerity.Tasks.Sending;

namespace Celerity.Figures;

/// <summary>Measures what holds for the whole app, every minute on one instance, and writes it down for all of them.</summary>
/// <remarks>
/// One request a queue and one more where it is not empty, one for the dead letters, one for the circuits, what <see cref="RunSampling"/> takes, one for
/// the workers, one for the schedules where there are any, two for the row and one for the history.
/// </remarks>
internal sealed class FigureSampling(
    IQueueProbe probe,
    TaskQueues taskQueues,
    IDeadLetters letters,
    ICircuits circuits,
    RunSampling runs,
    WorkerSampling workers,
    ScheduleSampling schedules,
    ITableStore tables,
    FigureBoard board,
    HistoryStore history,
    TimeProvider time)
{
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var queues = new List<QueueFigure>();
        foreach (var queue in StorageNames.Queues.Union(taskQueues.Names.SelectMany(StorageNames.WithSiblings)))
        {
            var look = await probe.LookAsync(queue, cancellationToken).ConfigureAwait(false);
            queues.Add(new QueueFigure(queue, look.Count, look.OldestAt is { } since ? Math.Max(0, (now - since).TotalSeconds) : null));
        }

        var groups = await letters.ListGroupsAsync(limit: AppFigures.MaxGroups, cancellationToken: cancellationToken).ConfigureAwait(false);
        var told = groups.Groups.Where(group => group.Open > 0).Select(group => new LetterFigure(group.Id, group.Task, group.Open)).ToList();
        var states = await circuits.ListAsync(cancellationToken).ConfigureAwait(false);
        var (active, stalled) = await runs.LookAsync(cancellationToken).ConfigureAwait(false);
        var (alive, silent) = await workers.LookAsync(cancellationToken).ConfigureAwait(false);
        var figures = new AppFigures(
            now, queues, told, groups.Open - told.Sum(group => group.Open), [.. states.Select(circuit => new CircuitFigure(circuit.Name, circuit.State))])
        {
            Runs = active,
            StalledRuns = stalled,
            Workers = alive,
            SilentWorkers = silent,
            LateSchedules = await schedules.LookAsync(cancellationToken).ConfigureAwait(false),
        };
        await WriteAsync(figures.ToRow(), cancellationToken).ConfigureAwait(false);
        board.Set(figures);
        await history.AddAsync(figures, cancellationToken).ConfigureAwait(false);
    }

    // Of two that measure at once either may be the last: both are right.
    private async ValueTask WriteAsync(TableRow row, CancellationToken cancellationToken)
    {
        while (await tables.FindAsync(StorageNames.FiguresTable, row.PartitionKey, row.RowKey, cancellationToken).ConfigureAwait(false) is var found
            && (found is null
                ? await tables.TryInsertAsync(StorageNames.FiguresTable, row, cancellationToken).ConfigureAwait(false)
                : await tables.TryReplaceAsync(StorageNames.FiguresTable, row, found.ETag, cancellationToken).ConfigureAwait(false)) is null)
        {
        }
    }
}
