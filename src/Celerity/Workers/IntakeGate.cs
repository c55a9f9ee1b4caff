using Celerity.Tasks;

namespace Celerity.Workers;

/// <summary>Hands over what has not begun in a process that takes no more.</summary>
internal sealed class IntakeGate(Intake intake) : ITaskGate
{
    public ValueTask<TaskVerdict?> CheckAsync(TaskPass pass, CancellationToken cancellationToken) =>
        ValueTask.FromResult<TaskVerdict?>(intake.IsClosed ? TaskVerdict.Later(pass.Row, Intake.HandoverDelay, DeferralReason.Stopping) : null);
}
