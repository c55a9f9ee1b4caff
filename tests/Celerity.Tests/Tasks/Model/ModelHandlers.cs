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

/// <summary>Does what the explorer says.</summary>
internal sealed class ModelHandler(ModelConsumer consumer)
    : ITaskHandler<FullTask>, ITaskHandler<OnceTask>, ITaskHandler<ResultTask>, ITaskHandler<FollowTask>
{
    public ValueTask<TaskOutcome> HandleAsync(FollowTask task, TaskContext context, CancellationToken cancellationToken) => consumer.HandleAsync(context, task);

    public ValueTask<TaskOutcome> HandleAsync(FullTask task, TaskContext context, CancellationToken cancellationToken) => consumer.HandleAsync(context);

    public ValueTask<TaskOutcome> HandleAsync(OnceTask task, TaskContext context, CancellationToken cancellationToken) => consumer.HandleAsync(context);

    public ValueTask<TaskOutcome> HandleAsync(ResultTask task, TaskContext context, CancellationToken cancellationToken) => consumer.HandleAsync(context);
}
