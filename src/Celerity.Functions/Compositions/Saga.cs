using Microsoft.DurableTask;

namespace Celerity;

/// <summary>Steps of a pipeline that can be undone: <see cref="CompositionExtensions.RunSagaAsync"/>.</summary>
public sealed class Saga
{
    private readonly TaskOrchestrationContext _context;
    private readonly Stack<(object Task, string? Step)> _compensations = [];

    internal Saga(TaskOrchestrationContext context) => _context = context;

    /// <summary>Runs a task; once it has succeeded, <paramref name="compensation"/> is what undoes it.</summary>
    /// <typeparam name="TResult">What its result is read into.</typeparam>
    /// <param name="task">The task.</param>
    /// <param name="compensation">Makes the task that undoes it from its result.</param>
    /// <returns>The result.</returns>
    /// <exception cref="TasksFailedException">CEL0350: it failed. Its own handler cleans up what a failed attempt has left.</exception>
    public async Task<TResult?> RunAsync<TResult>(object task, Func<TResult?, object> compensation)
    {
        ArgumentNullException.ThrowIfNull(compensation);
        var result = await _context.RunTaskAsync<TResult>(task).ConfigureAwait(true);
        AddCompensation(compensation(result));
        return result;
    }

    /// <summary>Runs a task; once it has succeeded, <paramref name="compensation"/> is what undoes it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="compensation">The task that undoes it.</param>
    /// <exception cref="TasksFailedException">CEL0350: it failed. Its own handler cleans up what a failed attempt has left.</exception>
    public async Task RunAsync(object task, object compensation)
    {
        await _context.RunTaskAsync(task).ConfigureAwait(true);
        AddCompensation(compensation);
    }

    /// <summary>Adds what undoes whatever else was done: a stage, another pipeline.</summary>
    /// <param name="compensation">A task.</param>
    public void AddCompensation(object compensation)
    {
        ArgumentNullException.ThrowIfNull(compensation);
        AddCompensation(compensation, step: null);
    }

    /// <summary>Adds what undoes a step of a workflow's document.</summary>
    internal void AddCompensation(object compensation, string? step) => _compensations.Push((compensation, step));

    /// <summary>Undoes what was done, the last first, also in a run that is cancelled. One that fails does not keep the others from it.</summary>
    /// <exception cref="CelerityException">CEL0354: one or more failed.</exception>
    internal async Task CompensateAsync(Exception cause)
    {
        var failures = new List<string>();
        while (_compensations.TryPop(out var compensation))
        {
            try
            {
                _ = await CompositionExtensions.RunAllAsync(_context, [compensation.Task], new TasksOptions { Step = compensation.Step }, wantsResults: false, insists: true).ConfigureAwait(true);
            }
            catch (CelerityException exception)
            {
                failures.Add(exception.Message);
            }
        }

        if (failures.Count > 0)
        {
            throw new CelerityException(
                ErrorCodes.CompensationFailed, $"{failures.Count} compensations failed ({string.Join("; ", failures)}) after: {cause.Message}", cause);
        }
    }
}
