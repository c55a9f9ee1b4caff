using System.Diagnostics.Metrics;
using Celerity.Figures;

namespace Celerity.Metrics;

/// <summary>Tells what holds for the whole app. Every instance tells the same, so it is not to be added up over instances.</summary>
internal sealed class FigureMeter : IDisposable
{
    /// <summary>What to listen to.</summary>
    public const string Name = "Celerity.App";

    private readonly Meter _meter;

    public FigureMeter(FigureBoard board)
    {
        _meter = new Meter(new MeterOptions(Name) { Version = "1", Scope = this });
        _meter.CreateObservableGauge(
            "celerity.queue.length",
            () => (board.Latest?.Queues ?? []).Select(queue => new Measurement<long>(queue.Length, new KeyValuePair<string, object?>(MetricTags.Queue, queue.Queue))),
            "{message}",
            "Messages of a queue, leased and delayed ones too.");
        _meter.CreateObservableGauge(
            "celerity.queue.age",
            () => (board.Latest?.Queues ?? []).Where(queue => queue.AgeSeconds is not null)
                .Select(queue => new Measurement<double>(queue.AgeSeconds!.Value, new KeyValuePair<string, object?>(MetricTags.Queue, queue.Queue))),
            "s",
            "How long the next message that can be received has been on its queue.");
        _meter.CreateObservableGauge(
            "celerity.dead_letter.open",
            () => (board.Latest?.Letters ?? []).Select(letter => new Measurement<long>(
                letter.Open, new(MetricTags.LetterGroup, letter.Group), new(MetricTags.Task, letter.Subject ?? ""))),
            "{letter}",
            "Open dead letters, by the groups that hurt most.");
        _meter.CreateObservableGauge(
            "celerity.dead_letter.open_in_other_groups",
            () => board.Latest is { } latest ? [new Measurement<long>(latest.OtherLetters)] : Array.Empty<Measurement<long>>(),
            "{letter}",
            "Open dead letters of all other groups.");
        _meter.CreateObservableGauge(
            "celerity.circuit.state",
            () => (board.Latest?.Circuits ?? []).Select(circuit => new Measurement<int>((int)circuit.State, new KeyValuePair<string, object?>(MetricTags.Circuit, circuit.Circuit))),
            "{state}",
            "0 where a circuit is closed, 1 open, 2 half-open.");
        _meter.CreateObservableGauge(
            "celerity.run.active",
            () => (board.Latest?.Runs ?? []).Select(run => new Measurement<int>(run.Active, new KeyValuePair<string, object?>(MetricTags.Pipeline, run.Pipeline))),
            "{run}",
            "Runs that have not ended.");
        _meter.CreateObservableGauge(
            "celerity.run.stalled",
            () => (board.Latest?.Runs ?? []).Select(run => new Measurement<int>(run.Stalled, new KeyValuePair<string, object?>(MetricTags.Pipeline, run.Pipeline))),
            "{run}",
            "Runs that stand still.");
        _meter.CreateObservableGauge(
            "celerity.worker.alive",
            () => board.Latest is { } latest ? [new Measurement<int>(latest.Workers)] : Array.Empty<Measurement<int>>(),
            "{worker}",
            "Workers that are heard of.");
        _meter.CreateObservableGauge(
            "celerity.worker.silent",
            () => board.Latest is { } latest ? [new Measurement<int>(latest.SilentWorkers.Count)] : Array.Empty<Measurement<int>>(),
            "{worker}",
            "Workers that fell silent within the last 15 minutes, and did not say that they end.");
        _meter.CreateObservableGauge(
            "celerity.schedule.late",
            () => (board.Latest?.LateSchedules ?? []).Select(schedule => new Measurement<double>(
                schedule.LateSeconds, new KeyValuePair<string, object?>(MetricTags.Schedule, schedule.Schedule))),
            "s",
            "How late a schedule is.");
        _meter.CreateObservableGauge(
            "celerity.figures.age",
            () => board.Latest is { } latest ? [new Measurement<double>(board.AgeOf(latest).TotalSeconds)] : Array.Empty<Measurement<double>>(),
            "s",
            "How long ago what holds for the whole app was measured.");
    }

    public void Dispose() => _meter.Dispose();
}
