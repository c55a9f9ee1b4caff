using System.Diagnostics;

namespace Celerity.FragileApp;

/// <summary>Runs fragile tasks, and writes each attempt down before anything else.</summary>
public sealed class FragileWorker :
    ITaskHandler<FragileTask, FragileResult>,
    ITaskHandler<ParkedTask, FragileResult>,
    ITaskHandler<MutexTask, FragileResult>,
    ITaskHandler<LimitedTask, FragileResult>,
    ITaskHandler<GuardedTask, FragileResult>
{
    /// <summary>The setting that names the file of attempts: mark, id and attempt, one a line.</summary>
    public const string AttemptsFile = "FRAGILE_ATTEMPTS_FILE";

    // More than the row of a task keeps.
    private const int LargeChars = 40_000;

    private static readonly string Attempts = Environment.GetEnvironmentVariable(AttemptsFile) ?? "";

    private static readonly Lock Gate = new();

    // Heard by the kill switch.
    private static readonly DiagnosticListener Listener = new("Celerity.FragileApp");

    /// <inheritdoc/>
    public async ValueTask<TaskOutcome<FragileResult>> HandleAsync(FragileTask task, TaskContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(context);
        NoteAttempt($"{task.Mark} {context.Id} {context.Attempt}\n");
        switch (task.Does)
        {
            case "fail twice" when context.Attempt < 3:
                throw new InvalidOperationException("It fails twice.");
            case "snooze once" when IsFirst(context.Id):
                return TaskOutcome.Snooze(TimeSpan.Zero);
            case "die":
                return TaskOutcome.DeadLetter("Its sender says so.");
            case "wait":
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                break;
        }

        var given = task.Results ?? (task.Previous is { } previous ? [previous] : []);
        var text = given.Count == 0 ? task.Mark : $"{task.Mark}({string.Join(',', given.Select(result => result.Text))})";
        return new FragileResult(text, task.Does is "grow" or "fail twice" ? new string('x', LargeChars) : null);
    }

    /// <inheritdoc/>
    public ValueTask<TaskOutcome<FragileResult>> HandleAsync(ParkedTask task, TaskContext context, CancellationToken cancellationToken) =>
        HandleAsync((FragileTask)task, context, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskOutcome<FragileResult>> HandleAsync(MutexTask task, TaskContext context, CancellationToken cancellationToken) =>
        HandleAsync((FragileTask)task, context, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskOutcome<FragileResult>> HandleAsync(LimitedTask task, TaskContext context, CancellationToken cancellationToken) =>
        HandleAsync((FragileTask)task, context, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskOutcome<FragileResult>> HandleAsync(GuardedTask task, TaskContext context, CancellationToken cancellationToken) =>
        HandleAsync((FragileTask)task, context, cancellationToken);

    // Two tasks of a pack run side by side.
    private static void NoteAttempt(string line)
    {
        lock (Gate)
        {
            File.AppendAllText(Attempts, line);
        }

        Listener.Write("Celerity.FragileApp.Attempt", line);
    }

    // Kept beside, as it outlives the process.
    private static bool IsFirst(string id)
    {
        var mark = $"{Attempts}-{id}";
        var isFirst = !File.Exists(mark);
        File.WriteAllText(mark, "");
        return isFirst;
    }
}
