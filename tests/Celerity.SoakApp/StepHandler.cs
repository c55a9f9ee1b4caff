namespace Celerity.SoakApp;

/// <summary>Runs the steps as <see cref="SoakPlan"/> says.</summary>
public sealed class StepHandler : ITaskHandler<TrackedStep, string>, ITaskHandler<StoredStep, string>, ITaskHandler<UntrackedStep, string>
{
    /// <inheritdoc/>
    public ValueTask<TaskOutcome<string>> HandleAsync(TrackedStep task, TaskContext context, CancellationToken cancellationToken) =>
        Run(task.Number, context);

    /// <inheritdoc/>
    public ValueTask<TaskOutcome<string>> HandleAsync(StoredStep task, TaskContext context, CancellationToken cancellationToken) =>
        Run(task.Number, context);

    /// <inheritdoc/>
    public ValueTask<TaskOutcome<string>> HandleAsync(UntrackedStep task, TaskContext context, CancellationToken cancellationToken) =>
        Run(task.Number, context);

    private static ValueTask<TaskOutcome<string>> Run(int number, TaskContext context) => SoakPlan.Fails(number, context.Attempt)
        ? throw new TimeoutException(FormattableString.Invariant($"Attempt {context.Attempt} of step {number} fails, as planned."))
        : ValueTask.FromResult<TaskOutcome<string>>(SoakPlan.ResultOf(number));
}
