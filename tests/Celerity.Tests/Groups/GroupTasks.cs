using System.Text.Json;

namespace Celerity.Tests.Groups;

/// <summary>A child whose result is its number, times ten.</summary>
[CelerityTask("group.child", MaxAttempts = 1)]
public sealed record ChildTask(int Number);

/// <summary>The same, with nothing stored but what its group needs.</summary>
[CelerityTask("group.untracked", MaxAttempts = 1, Tracking = TaskTracking.None)]
public sealed record UntrackedChild(int Number);

/// <summary>A chord's callback.</summary>
[CelerityTask("group.callback")]
public sealed record CallbackTask(string Title, IReadOnlyList<JsonElement?>? Results = null);

/// <summary>A link of a chain: adds one to what came before.</summary>
[CelerityTask("group.link", MaxAttempts = 1)]
public sealed record LinkTask(string Title, int? Previous = null);

/// <summary>What is told of failures.</summary>
[CelerityTask("group.failed")]
public sealed record FailedTask(string Title, JsonElement? Failures = null, JsonElement? Failure = null, string? Previous = null);

/// <summary>What the handlers do, and what they were given.</summary>
public sealed class GroupScript
{
    /// <summary>Gets or sets what a child comes to.</summary>
    public Func<int, TaskOutcome> Child { get; set; } = number => TaskOutcome.CompletedWith(number * 10);

    /// <summary>Gets or sets what a link comes to.</summary>
    public Func<LinkTask, TaskOutcome> Link { get; set; } = link => TaskOutcome.CompletedWith((link.Previous ?? 0) + 1);

    /// <summary>Gets what ran after children and links, by task id, in order.</summary>
    public List<(string Id, object Task)> Runs { get; } = [];

    internal ValueTask<TaskOutcome> Note(string id, object task)
    {
        lock (Runs)
        {
            Runs.Add((id, task));
        }

        return ValueTask.FromResult(TaskOutcome.CompletedWith("told"));
    }
}

/// <summary>Runs them all.</summary>
public sealed class GroupHandler(GroupScript script)
    : ITaskHandler<ChildTask>, ITaskHandler<UntrackedChild>, ITaskHandler<CallbackTask>, ITaskHandler<LinkTask>, ITaskHandler<FailedTask>
{
    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(ChildTask task, TaskContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(script.Child(task.Number));

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(UntrackedChild task, TaskContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(script.Child(task.Number));

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(LinkTask task, TaskContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(script.Link(task));

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(CallbackTask task, TaskContext context, CancellationToken cancellationToken) => script.Note(context.Id, task);

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(FailedTask task, TaskContext context, CancellationToken cancellationToken) => script.Note(context.Id, task);
}
