using Celerity.Storage;

namespace Celerity.Workers;

/// <summary>What an operator wants of a worker: it lies in the worker's row, whose heartbeats carry it on.</summary>
/// <param name="State"><see cref="WorkerState.Draining"/> or <see cref="WorkerState.Recycling"/>.</param>
/// <param name="Reason">Why.</param>
internal sealed record WorkerOrder(WorkerState State, string Reason)
{
    public static WorkerOrder? From(TableRow row) =>
        row.FindString("order") is { } state ? new WorkerOrder(Enum.Parse<WorkerState>(state), row.FindString("orderReason") ?? "") : null;

    public void AddTo(Dictionary<string, object> values)
    {
        values["order"] = State.ToString();
        values["orderReason"] = Reason;
    }
}
