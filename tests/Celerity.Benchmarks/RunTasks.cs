using Celerity.Handover;
using Celerity.Tasks;
using Celerity.Wire;

namespace Celerity.Benchmarks;

/// <summary>A task that does nothing and leaves nothing.</summary>
[CelerityTask("bench.none", Tracking = TaskTracking.None)]
public sealed record UnstoredTask(string Text);

/// <summary>A task that does nothing; its result is stored.</summary>
[CelerityTask("bench.result", Tracking = TaskTracking.Result)]
public sealed record StoredTask(string Text);

/// <summary>A task that does nothing, fully tracked.</summary>
[CelerityTask("bench.full")]
public sealed record TrackedTask(string Text);

/// <summary>Runs the benchmark's tasks.</summary>
public sealed class RunHandler : ITaskHandler<UnstoredTask>, ITaskHandler<StoredTask>, ITaskHandler<TrackedTask>
{
    private static readonly TaskOutcome Done = TaskOutcome.CompletedWith("done");

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(UnstoredTask task, TaskContext context, CancellationToken cancellationToken)
    {
        RunMeter.Current.Start();
        RunMeter.Current.End();
        return ValueTask.FromResult(TaskOutcome.Completed);
    }

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(StoredTask task, TaskContext context, CancellationToken cancellationToken) => Run();

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(TrackedTask task, TaskContext context, CancellationToken cancellationToken) => Run();

    private static ValueTask<TaskOutcome> Run()
    {
        RunMeter.Current.Start();
        return ValueTask.FromResult(Done);
    }
}

/// <summary>Counts what has its end stored.</summary>
internal sealed class RunMeterEffect : ITaskEffect
{
    public ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken)
    {
        RunMeter.Current.End();
        return ValueTask.CompletedTask;
    }
}
