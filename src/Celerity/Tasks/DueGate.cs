namespace Celerity.Tasks;

/// <summary>Puts a task back whose time has not come.</summary>
internal sealed class DueGate(TimeProvider time) : ITaskGate
{
    public ValueTask<TaskVerdict?> CheckAsync(TaskPass pass, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TaskVerdict.IfNotDue(pass.Row, pass.Envelope, time.GetUtcNow()));
}
