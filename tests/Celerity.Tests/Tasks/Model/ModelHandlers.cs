using System.Text.Json;

namespace Celerity.Tests.Tasks.Model;

/// <summary>A task with two attempts, fully tracked.</summary>
[CelerityTask("model.full", MaxAttempts = 2)]
internal sealed record FullTask;

/// <summary>A task with one attempt, fully tracked.</summary>
[CelerityTask("model.once", MaxAttempts = 1)]
internal sealed record OnceTask;

/// <summary>A task with two attempts of which only the result is stored.</summary>
[CelerityTask("model.result", MaxAttempts = 2, Tracking = TaskTracking.Result)]
internal sealed record ResultTask;

/// <summary>A task that follows others, with what it is given of them.</summary>
[CelerityTask("model.follow", MaxAttempts = 2)]
internal sealed record FollowTask(JsonElement? Results = null, JsonElement? Failures = null, JsonElement? Previous = null, JsonElement? Failure = null);

/// <summary>A task of which one starts a minute.</summary>
[CelerityTask(TaskName, MaxAttempts = 2, RateLimit = "1/m")]
internal sealed record LimitedTask
{
    public const string TaskName = "model.limited";
}

/// <summary>A task of which one runs at once.</summary>
[CelerityTask(TaskName, MaxAttempts = 2, Concurrency = 1, Tracking = TaskTracking.Result)]
internal sealed record SlottedTask
{
    public const string TaskName = "model.slotted";
}

/// <summary>A task that needs what a circuit guards.</summary>
[CelerityTask("model.fragile", MaxAttempts = 2, Circuit = CircuitName)]
internal sealed record FragileTask
{
    public const string CircuitName = "model-circuit";
}

/// <summary>A task that runs two at a time.</summary>
[CelerityTask("model.batched", MaxAttempts = 2, BatchSize = 2)]
internal sealed record BatchedTask;

/// <summary>Does what the explorer says.</summary>
internal sealed class ModelHandler(ModelConsumer consumer)
    : ITaskHandler<FullTask>, ITaskHandler<OnceTask>, ITaskHandler<ResultTask>, ITaskHandler<FollowTask>,
        ITaskHandler<LimitedTask>, ITaskHandler<SlottedTask>, ITaskHandler<FragileTask>
{
    public ValueTask<TaskOutcome> HandleAsync(FollowTask task, TaskContext context, CancellationToken cancellationToken) => consumer.HandleAsync(context, task);

    public ValueTask<TaskOutcome> HandleAsync(FullTask task, TaskContext context, CancellationToken cancellationToken) => consumer.HandleAsync(context);

    public ValueTask<TaskOutcome> HandleAsync(OnceTask task, TaskContext context, CancellationToken cancellationToken) => consumer.HandleAsync(context);

    public ValueTask<TaskOutcome> HandleAsync(ResultTask task, TaskContext context, CancellationToken cancellationToken) => consumer.HandleAsync(context);

    public ValueTask<TaskOutcome> HandleAsync(LimitedTask task, TaskContext context, CancellationToken cancellationToken) => consumer.HandleAsync(context);

    public ValueTask<TaskOutcome> HandleAsync(SlottedTask task, TaskContext context, CancellationToken cancellationToken) => consumer.HandleAsync(context);

    public ValueTask<TaskOutcome> HandleAsync(FragileTask task, TaskContext context, CancellationToken cancellationToken) => consumer.HandleAsync(context);
}
