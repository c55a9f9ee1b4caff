namespace Celerity.Tests.Tasks;

/// <summary>A task whose handler does what <see cref="EchoScript"/> says.</summary>
[CelerityTask("test.echo", MaxAttempts = 2, BackoffSeconds = 1)]
public sealed record EchoTask(string Text);

/// <summary>The same, with only its result stored.</summary>
[CelerityTask("test.result", MaxAttempts = 2, BackoffSeconds = 1, Tracking = TaskTracking.Result)]
public sealed record StoredTask(string Text);

/// <summary>The same, with nothing stored.</summary>
[CelerityTask("test.none", MaxAttempts = 2, BackoffSeconds = 1, Tracking = TaskTracking.None)]
public sealed record UntrackedTask(string Text);

/// <summary>The same, with its result cached for an hour.</summary>
[CelerityTask("test.cached", MaxAttempts = 2, BackoffSeconds = 1, CacheSeconds = 3600)]
public sealed record CachedTask(string Text, string? Other = null);

/// <summary>What the handler does; asked at each attempt.</summary>
public sealed class EchoScript
{
    /// <summary>Gets or sets what is called with each attempt.</summary>
    public Func<TaskContext, TaskOutcome> Run { get; set; } = _ => TaskOutcome.CompletedWith("done");

    /// <summary>Gets or sets what is awaited instead of <see cref="Run"/>.</summary>
    public Func<TaskContext, CancellationToken, Task<TaskOutcome>>? RunAsync { get; set; }

    /// <summary>Gets the attempts that were run, by task id.</summary>
    public List<(string Id, int Attempt)> Runs { get; } = [];

    /// <summary>Gets what the latest attempt was given.</summary>
    public string? LastText { get; private set; }

    /// <summary>Gets the sign that a handler runs.</summary>
    public TaskCompletionSource Started { get; } = new();

    internal async ValueTask<TaskOutcome> HandleAsync(string text, TaskContext context, CancellationToken cancellationToken)
    {
        lock (Runs)
        {
            Runs.Add((context.Id, context.Attempt));
            LastText = text;
        }

        var run = RunAsync?.Invoke(context, cancellationToken);
        Started.TrySetResult();
        return run is null ? Run(context) : await run;
    }
}

/// <summary>Runs <see cref="EchoTask"/> and its like.</summary>
public sealed class EchoHandler(EchoScript script)
    : ITaskHandler<EchoTask>, ITaskHandler<StoredTask>, ITaskHandler<UntrackedTask>, ITaskHandler<CachedTask>
{
    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(CachedTask task, TaskContext context, CancellationToken cancellationToken) =>
        script.HandleAsync(task.Text, context, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(EchoTask task, TaskContext context, CancellationToken cancellationToken) =>
        script.HandleAsync(task.Text, context, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(StoredTask task, TaskContext context, CancellationToken cancellationToken) =>
        script.HandleAsync(task.Text, context, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(UntrackedTask task, TaskContext context, CancellationToken cancellationToken) =>
        script.HandleAsync(task.Text, context, cancellationToken);
}
