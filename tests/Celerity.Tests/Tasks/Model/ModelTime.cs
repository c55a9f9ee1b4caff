using Microsoft.Extensions.Time.Testing;

namespace Celerity.Tests.Tasks.Model;

/// <summary>The clock of one process: the world's, ahead or behind. It stands still for a process that has died.</summary>
internal sealed class ModelTime(FakeTimeProvider world, TimeSpan skew) : TimeProvider
{
    // What the engine waits for where it is; longer waits are limits, which are not what comes next.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly List<Wait> _waits = [];

    public bool IsStopped { get; set; }

    public override long TimestampFrequency => world.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => world.GetUtcNow() + skew;

    public override long GetTimestamp() => world.GetTimestamp();

    /// <summary>Lets the time pass that the process waits for where it is.</summary>
    /// <returns>Whether it waited for any.</returns>
    public bool TryPass()
    {
        Wait? next;
        lock (_waits)
        {
            next = _waits.MinBy(wait => wait.Until);
        }

        if (next is null)
        {
            return false;
        }

        next.Dispose();
        world.Advance(next.Until - world.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero);
        next.Fire();
        return true;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero && dueTime <= LongestWait)
        {
            var wait = new Wait(this, world.GetUtcNow() + dueTime, () => callback(state));
            lock (_waits)
            {
                _waits.Add(wait);
            }

            return wait;
        }

        return world.CreateTimer(
            _ =>
            {
                if (!IsStopped)
                {
                    callback(state);
                }
            },
            null,
            dueTime,
            period);
    }

    private sealed class Wait(ModelTime time, DateTimeOffset until, Action fire) : ITimer
    {
        public DateTimeOffset Until => until;

        public Action Fire => fire;

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose()
        {
            lock (time._waits)
            {
                time._waits.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
