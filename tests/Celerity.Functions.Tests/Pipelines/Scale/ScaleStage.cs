using Microsoft.Extensions.Time.Testing;

namespace Celerity.Functions.Tests.Pipelines.Scale;

/// <summary>Counts records. Time passes with each join, and only so: the stage's steps and looks come between slices, as they do in an app.</summary>
internal sealed class ScaleStage(FakeTimeProvider time) : IStage<long, long>
{
    private static readonly TimeSpan JoinTime = TimeSpan.FromMilliseconds(5);

    public long Empty() => 0;

    public ValueTask<long> ProcessAsync(RecordReader records, CancellationToken cancellationToken)
    {
        var count = 0L;
        while (records.Read())
        {
            count++;
        }

        return ValueTask.FromResult(count);
    }

    public long Combine(long left, long right)
    {
        time.Advance(JoinTime);
        return left + right;
    }

    public long Finish(long total) => total;
}
