namespace Celerity.RealCelery;

/// <summary>Adds two numbers.</summary>
[CelerityTask("net.add", MaxAttempts = 1)]
internal sealed record NetAdd(int X, int Y);

/// <summary>Adds all of them.</summary>
[CelerityTask("net.sum", MaxAttempts = 1)]
internal sealed record NetSum(IReadOnlyList<int> Numbers);

/// <summary>Fails.</summary>
[CelerityTask("net.fail", MaxAttempts = 1)]
internal sealed record NetFail(string Why);

/// <summary>Runs them.</summary>
internal sealed class NetHandler : ITaskHandler<NetAdd>, ITaskHandler<NetSum>, ITaskHandler<NetFail>
{
    public ValueTask<TaskOutcome> HandleAsync(NetAdd task, TaskContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TaskOutcome.CompletedWith(task.X + task.Y));

    public ValueTask<TaskOutcome> HandleAsync(NetSum task, TaskContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TaskOutcome.CompletedWith(task.Numbers.Sum()));

    public ValueTask<TaskOutcome> HandleAsync(NetFail task, TaskContext context, CancellationToken cancellationToken) =>
        throw new InvalidOperationException(task.Why);
}
