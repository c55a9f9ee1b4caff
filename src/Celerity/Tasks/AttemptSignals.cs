using Celerity.Observing;
using Celerity.Workers;

namespace Celerity.Tasks;

/// <summary>One attempt's ways to hear from its handler, and to ask it to stop.</summary>
internal sealed class AttemptSignals(TaskPass pass, RunningTask running, AttemptProgress progress, TaskObservers observers, TimeProvider time) : ITaskSignals
{
    private const int MaxMessageChars = 200;

    private volatile string? _revoked;

    /// <summary>Gets the rule by which the task was revoked while it ran, or <see langword="null"/>.</summary>
    public string? Revoked
    {
        get => _revoked;
        set => _revoked = value;
    }

    public void ReportProgress(double fraction, string? message)
    {
        (fraction, message) = (double.IsNaN(fraction) ? 0 : Math.Clamp(fraction, 0, 1), message?.AtMost(MaxMessageChars));
        running.Report(fraction, message);
        progress.Report(fraction, message);
    }

    public void Heartbeat()
    {
        running.Heartbeat();
        progress.Heartbeat();
    }

    public ValueTask EmitAsync(string name, object? data) => observers.IsEmpty
        ? ValueTask.CompletedTask
        : observers.TellAsync(pass.Event(TaskEventKind.Emitted, time.GetUtcNow()) with { Signal = name, Data = data });
}
