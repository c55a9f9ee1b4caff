using Microsoft.Extensions.Logging;

namespace Celerity.Tests.Tasks.Logs;

/// <summary>A task with a secret, which its handler logs.</summary>
[CelerityTask("test.hushed")]
public sealed record HushedTask([property: Secret] string Text);

/// <summary>A task whose result has a secret.</summary>
[CelerityTask("test.hushing")]
public sealed record HushingTask(string Text);

/// <summary>A result with a secret.</summary>
public sealed record HushedResult([property: Secret] string Text);

/// <summary>Logs what it should not.</summary>
#pragma warning disable CA1848, CA1873 // As users log.
public sealed class HushedHandler : ITaskHandler<HushedTask>, ITaskHandler<HushingTask, HushedResult>
{
    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(HushedTask task, TaskContext context, CancellationToken cancellationToken)
    {
        context.Logger.LogInformation("It is {Text}", task.Text);
        return ValueTask.FromResult(TaskOutcome.Completed);
    }

    /// <inheritdoc/>
    public ValueTask<TaskOutcome<HushedResult>> HandleAsync(HushingTask task, TaskContext context, CancellationToken cancellationToken)
    {
        context.Logger.LogInformation("It is {Text}", task.Text);
        return ValueTask.FromResult<TaskOutcome<HushedResult>>(new HushedResult(task.Text));
    }
}
