using Celerity.LocalRuntime.Queues.Concurrency;

namespace Celerity.LocalRuntime.Queues;

/// <summary>How many messages a poller asks for, and when it may ask again.</summary>
internal abstract class FetchPlan
{
    /// <summary>Returns how many messages to ask for now; 0 when there is no room.</summary>
    public abstract int Room(int inFlight);

    /// <summary>Completes when it may be asked again after some were received, or when there was no room.</summary>
    public abstract Task WhenRoomAsync(InFlightCount inFlight, CancellationToken cancellationToken);

    /// <summary>Notes that a message has been dealt with.</summary>
    public virtual void NoteEnd(TimeSpan duration)
    {
    }
}

/// <summary>Whole batches, each when few enough of those before are left.</summary>
internal sealed class FixedFetchPlan(int batchSize, int newBatchThreshold) : FetchPlan
{
    public override int Room(int inFlight) => batchSize;

    public override Task WhenRoomAsync(InFlightCount inFlight, CancellationToken cancellationToken) =>
        inFlight.WhenAtMost(newBatchThreshold).WaitAsync(cancellationToken);
}

/// <summary>As many as the function's own limit leaves room for.</summary>
internal sealed class DynamicFetchPlan(FunctionConcurrency concurrency, Func<ThrottleState> throttle) : FetchPlan
{
    private const int ServiceBatchLimit = 32;

    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override int Room(int inFlight)
    {
        concurrency.NoteInFlight(inFlight);
        return throttle().IsOn ? 0 : Math.Clamp(concurrency.Limit - inFlight, 0, ServiceBatchLimit);
    }

    /// <remarks>The host asks again at once, over and over; nothing can have changed before a message ends or a sample is taken.</remarks>
    public override async Task WhenRoomAsync(InFlightCount inFlight, CancellationToken cancellationToken)
    {
        for (var changed = _changed.Task; Room(inFlight.Value) == 0; changed = _changed.Task)
        {
            var ended = throttle().IsOn ? changed : inFlight.WhenAtMost(concurrency.Limit - 1);
            await Task.WhenAny(changed, ended).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override void NoteEnd(TimeSpan duration) => concurrency.NoteEnd(duration);

    /// <summary>Notes a new sample or limit.</summary>
    public void NoteChange() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
