using Celerity.Figures;
using Celerity.Storage;

namespace Celerity.Alerts;

/// <summary>What rules look at, of the figures of the whole app. Where this process has just measured them, it costs nothing.</summary>
internal sealed class FigureReadings(FigureBoard board) : IAlertReadings
{
    private const string WholeApp = "app";

    public async ValueTask ReadAsync(AlertReadings readings, CancellationToken cancellationToken)
    {
        if (board.Latest is null)
        {
            await board.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        readings.Add(AlertKind.NotMeasured, [new(WholeApp, board.Latest is null ? 1 : 0)]);
        if (board.Latest is not { } figures)
        {
            return;
        }

        var waiting = figures.Queues.Where(queue => !EndsWith(queue, StorageNames.HeldSuffix) && !EndsWith(queue, StorageNames.PoisonSuffix)).ToList();
        readings.Add(AlertKind.BacklogLength, waiting.Select(queue => Reading(queue.Queue, queue.Length)));
        readings.Add(AlertKind.BacklogAge, waiting.Select(queue => Reading(queue.Queue, queue.AgeSeconds ?? 0)));
        readings.Add(AlertKind.PoisonQueue, figures.Queues.Where(queue => EndsWith(queue, StorageNames.PoisonSuffix)).Select(queue => Reading(queue.Queue, queue.Length)));
        readings.Add(AlertKind.OpenCircuit, figures.Circuits.Select(circuit => Reading(circuit.Circuit, circuit.State == CircuitState.Open ? 1 : 0)));
        readings.Add(AlertKind.StalledRun, figures.StalledRuns.Select(run => Reading(run.Run, run.Seconds)));
        readings.Add(AlertKind.SilentWorker, figures.SilentWorkers.Select(worker => Reading(worker.Worker, worker.SilentSeconds)));
        readings.Add(AlertKind.LateSchedule, figures.LateSchedules.Select(schedule => Reading(schedule.Schedule, schedule.LateSeconds)));
    }

    private static bool EndsWith(QueueFigure queue, string suffix) => queue.Queue.EndsWith(suffix, StringComparison.Ordinal);

    private static KeyValuePair<string, double> Reading(string subject, double value) => new(subject, value);
}
