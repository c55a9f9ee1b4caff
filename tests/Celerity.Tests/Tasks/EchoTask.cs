namespace Celerity.Tests.Tasks;

/// <summary>A task whose handler does what <see cref="EchoScript"/> says.</summary>
[CelerityTask("test.echo", MaxAttempts = 2, BackoffSeconds = 1)]
public sealed record EchoTask(string Text);

/// <summary>What the handler does; asked at each attempt.</summary>
public sealed class EchoScript
{
    /// <summary>Gets or sets what is called with each attempt.</summary>
    public Func<TaskContext, TaskOutcome> Run { get; set; } = _ => TaskOutcome.CompletedWith("done");

    /// <summary>Gets the attempts that were run, by task id.</summary>
    public List<(string Id, int Attempt)> Runs { get; } = [];
}

/// <summary>Runs <see cref="EchoTask"/>.</summary>
public sealed class EchoHandler(EchoScript script) : ITaskHandler<EchoTask>
{
    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(EchoTask task, TaskContext context, CancellationToken cancellationToken)
    {
        lock (script.Runs)
        {
            script.Runs.Add((context.Id, context.Attempt));
        }

        return ValueTask.FromResult(script.Run(context));
    }
}
