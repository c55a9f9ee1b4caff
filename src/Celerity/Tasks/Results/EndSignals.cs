using Celerity.Handover;
using Celerity.Wire;

namespace Celerity.Tasks.Results;

/// <summary>Wakes those who wait in this process for an end that is stored in it. A hint: who waits looks at storage all the same.</summary>
internal sealed class EndSignals : ITaskEffect
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Begins to listen for the end of a task or a group. Dispose it when nobody waits any more.</summary>
    public Watch Listen(string id)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_waiting.TryGetValue(id, out var signals))
            {
                _waiting[id] = signals = [];
            }

            signals.Add(signal);
        }

        return new Watch(this, id, signal);
    }

    /// <summary>Says that a task or a group has ended.</summary>
    public void Signal(string id)
    {
        lock (_gate)
        {
            _waiting.GetValueOrDefault(id)?.ForEach(signal => signal.TrySetResult());
        }
    }

    public ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken)
    {
        Signal(envelope.Id);
        return ValueTask.CompletedTask;
    }

    private void Forget(string id, TaskCompletionSource signal)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(id, out var signals) && signals.Remove(signal) && signals.Count == 0)
            {
                _waiting.Remove(id);
            }
        }
    }

    /// <summary>Somebody's wait.</summary>
    internal sealed class Watch(EndSignals signals, string id, TaskCompletionSource signal) : IDisposable
    {
        /// <summary>Gets what completes at the end.</summary>
        public Task Ended => signal.Task;

        public void Dispose() => signals.Forget(id, signal);
    }
}
