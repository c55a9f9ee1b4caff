namespace Celerity.SoakApp;

/// <summary>Runs <see cref="OwnTask"/>.</summary>
public sealed class OwnTaskHandler : ITaskHandler<OwnTask, string>
{
    /// <inheritdoc/>
    public ValueTask<TaskOutcome<string>> HandleAsync(OwnTask task, TaskContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (File.Exists(task.DieOnceFile))
        {
            File.Delete(task.DieOnceFile);
            using var self = System.Diagnostics.Process.GetCurrentProcess();
            self.Kill();
        }

        return ValueTask.FromResult<TaskOutcome<string>>("done");
    }
}
