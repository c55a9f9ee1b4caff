namespace Celerity.Tests.Expiry;

/// <summary>A task whose result is kept a minute.</summary>
[CelerityTask("expiry.brief", ResultTtlSeconds = 60)]
public sealed record BriefTask;

/// <summary>A task whose result is kept 30 days.</summary>
[CelerityTask("expiry.lasting", ResultTtlSeconds = 30 * 86_400)]
public sealed record LastingTask;

/// <summary>Runs them.</summary>
public sealed class ExpiringHandler : ITaskHandler<BriefTask>, ITaskHandler<LastingTask>
{
    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(BriefTask task, TaskContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TaskOutcome.CompletedWith("brief"));

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(LastingTask task, TaskContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TaskOutcome.CompletedWith("lasting"));
}
