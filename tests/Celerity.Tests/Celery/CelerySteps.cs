using System.Text.Json;

namespace Celerity.Tests.Celery;

/// <summary>Adds two numbers.</summary>
[CelerityTask("demo.add", MaxAttempts = 1)]
public sealed record AddTask(int X, int Y);

/// <summary>The same, with nothing stored but what is asked for.</summary>
[CelerityTask("demo.untracked", MaxAttempts = 1, Tracking = TaskTracking.None)]
public sealed record UntrackedAdd(int X, int Y);

/// <summary>Adds all of them.</summary>
[CelerityTask("demo.tsum", MaxAttempts = 1)]
public sealed record SumTask(IReadOnlyList<int> Xs);

/// <summary>Is told of a failure.</summary>
[CelerityTask("demo.fail", MaxAttempts = 1)]
public sealed record FailTask(string TaskId, string? Title = null);

/// <summary>Has members of every kind.</summary>
[CelerityTask("demo.bind", MaxAttempts = 1)]
public sealed record BindTask(string InvoiceId, int LineCount = 1, JsonElement? Extra = null);

/// <summary>What the handlers do, and what they were given.</summary>
public sealed class CeleryScript
{
    /// <summary>Gets or sets what an addition comes to.</summary>
    public Func<int, int, TaskOutcome> Add { get; set; } = (x, y) => TaskOutcome.CompletedWith(x + y);

    /// <summary>Gets what ran, in order, with the facts of each attempt.</summary>
    public List<(object Task, TaskContext Context)> Runs { get; } = [];

    /// <summary>Gets what ran, without repeats of one id.</summary>
    public IEnumerable<object> Tasks => Runs.DistinctBy(run => run.Context.Id).Select(run => run.Task);

    internal ValueTask<TaskOutcome> Note(object task, TaskContext context, Func<TaskOutcome> run)
    {
        Runs.Add((task, context));
        return ValueTask.FromResult(run());
    }
}

/// <summary>Runs them all.</summary>
public sealed class CeleryHandler(CeleryScript script)
    : ITaskHandler<AddTask>, ITaskHandler<UntrackedAdd>, ITaskHandler<SumTask>, ITaskHandler<FailTask>, ITaskHandler<BindTask>
{
    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(AddTask task, TaskContext context, CancellationToken cancellationToken) =>
        script.Note(task, context, () => script.Add(task.X, task.Y));

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(UntrackedAdd task, TaskContext context, CancellationToken cancellationToken) =>
        script.Note(task, context, () => script.Add(task.X, task.Y));

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(SumTask task, TaskContext context, CancellationToken cancellationToken) =>
        script.Note(task, context, () => TaskOutcome.CompletedWith(task.Xs.Sum()));

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(FailTask task, TaskContext context, CancellationToken cancellationToken) =>
        script.Note(task, context, () => TaskOutcome.Completed);

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(BindTask task, TaskContext context, CancellationToken cancellationToken) =>
        script.Note(task, context, () => TaskOutcome.Completed);
}
