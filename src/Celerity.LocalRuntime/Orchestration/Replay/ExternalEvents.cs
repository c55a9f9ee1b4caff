using Microsoft.DurableTask;

namespace Celerity.LocalRuntime.Orchestration.Replay;

/// <summary>
/// The external events of one execution: by name without regard to case, the newest waiter is served first,
/// events without a waiter are kept in order of arrival.
/// </summary>
internal sealed class ExternalEvents(DataConverter converter)
{
    private readonly Dictionary<string, Stack<Waiter>> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Name, string? Payload, DateTime At)> _unclaimed = [];

    /// <summary>Gets a value indicating whether an event could still wake the orchestrator.</summary>
    public bool IsAwaited => _waiters.Values.Any(stack => stack.Any(waiter => !waiter.IsCompleted));

    public Task<T?> WaitAsync<T>(string name, CancellationToken cancellationToken)
    {
        var buffered = _unclaimed.FindIndex(item => string.Equals(item.Name, name, StringComparison.OrdinalIgnoreCase));
        if (buffered >= 0)
        {
            var payload = _unclaimed[buffered].Payload;
            _unclaimed.RemoveAt(buffered);
            return Task.FromResult(converter.Deserialize<T>(payload));
        }

        if (!_waiters.TryGetValue(name, out var stack))
        {
            _waiters.Add(name, stack = new Stack<Waiter>());
        }

        if (stack.TryPeek(out var newest) && newest.EventType != typeof(T))
        {
#pragma warning disable CA2208 // The official text, which names no parameter.
            throw new ArgumentException(
                $"Events with the same name must have the same type argument. Expected {newest.EventType} but was requested {typeof(T)}.");
#pragma warning restore CA2208
        }

        var waiter = new Waiter<T>(converter);
        stack.Push(waiter);
        cancellationToken.Register(() => waiter.Cancel(cancellationToken));
        return waiter.Task;
    }

    public void Raise(string name, string? payload, DateTime at)
    {
        if (_waiters.TryGetValue(name, out var stack))
        {
            while (stack.TryPop(out var waiter))
            {
                if (waiter.TryComplete(payload))
                {
                    return;
                }
            }
        }

        _unclaimed.Add((name, payload, at));
    }

    /// <summary>Returns the events that nobody has waited for, oldest first.</summary>
    public IReadOnlyList<History.EventRaised> Unclaimed() =>
        [.. _unclaimed.Select(item => new History.EventRaised(item.Name, item.Payload) { At = item.At })];

    private abstract class Waiter
    {
        public abstract Type EventType { get; }

        public abstract bool IsCompleted { get; }

        public abstract bool TryComplete(string? payload);
    }

    private sealed class Waiter<T>(DataConverter converter) : Waiter
    {
        private readonly TaskCompletionSource<T?> _source = new();

        public override Type EventType => typeof(T);

        public override bool IsCompleted => _source.Task.IsCompleted;

        public Task<T?> Task => _source.Task;

        public void Cancel(CancellationToken cancellationToken) => _source.TrySetCanceled(cancellationToken);

        public override bool TryComplete(string? payload)
        {
            if (IsCompleted)
            {
                return false;
            }

            // A payload that is not of this type fails the orchestration, not the wait, as in the official worker.
            return _source.TrySetResult(converter.Deserialize<T>(payload));
        }
    }
}
