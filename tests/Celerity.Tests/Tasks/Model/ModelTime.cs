using Microsoft.Extensions.Time.Testing;

namespace Celerity.Tests.Tasks.Model;

/// <summary>The clock of one process: the world's, ahead or behind. It stands still for a process that has died.</summary>
internal sealed class ModelTime(FakeTimeProvider world, TimeSpan skew) : TimeProvider
{
    public bool IsStopped { get; set; }

    public override long TimestampFrequency => world.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => world.GetUtcNow() + skew;

    public override long GetTimestamp() => world.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => world.CreateTimer(
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
