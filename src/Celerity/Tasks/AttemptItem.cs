using Celerity.Observing;
using Celerity.Tasks.Logs;
using Celerity.Workers;

namespace Celerity.Tasks;

/// <summary>One task in an attempt: most attempts have one, those of a batch have several.</summary>
internal sealed class AttemptItem(
    TaskPass pass, RunningTask running, AttemptProgress progress, AttemptSignals signals, CancellationToken limit, CancellationToken stopping)
{
    public TaskPass Pass => pass;

    /// <summary>Gets how the worker shows it.</summary>
    public RunningTask Running => running;

    public AttemptProgress Progress => progress;

    public AttemptSignals Signals => signals;

    /// <summary>Gets what is logged meanwhile; <see langword="null"/> where nothing is kept.</summary>
    public AttemptLog? Log { get; init; }

    /// <summary>Gets what fires when the app stops.</summary>
    public CancellationToken Stopping => stopping;

    /// <summary>Gets whether nobody waits for its outcome any more.</summary>
    public bool IsUnwanted => signals.Revoked is not null || stopping.IsCancellationRequested;

    /// <summary>Gets why its handler is to stop.</summary>
    public TaskStopReason StopReason => signals.Revoked is not null ? TaskStopReason.Revoked
        : stopping.IsCancellationRequested ? TaskStopReason.Shutdown
        : limit.IsCancellationRequested ? TaskStopReason.TimeLimit
        : TaskStopReason.None;

    /// <summary>The end of a task whose handler was stopped.</summary>
    public AttemptEnd StoppedFor(TaskStopReason reason, TimeSpan timeLimit) => reason switch
    {
        TaskStopReason.Revoked => new AttemptEnd.Revoked(signals.Revoked!),
        TaskStopReason.Shutdown => new AttemptEnd.Stopped(),
        _ => new AttemptEnd.TimedOut(timeLimit),
    };
}
