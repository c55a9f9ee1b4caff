namespace Celerity;

/// <summary>A task whose result was awaited ended without success.</summary>
public sealed class TaskNotSucceededException : CelerityException
{
    internal TaskNotSucceededException(string code, TaskRecord task)
        : base(code, $"The task '{task.Task}' {task.Id} ended as {task.State}: {task.Reason ?? "no reason is stored."}") => Task = task;

    /// <summary>Gets the task: its state, category, reason and failures.</summary>
    public TaskRecord Task { get; }
}
