using Celerity.Retry;
using Celerity.Tasks;

namespace Celerity.Celery;

/// <summary>Keeps a chord's tasks from running where nobody would see when all of them have ended.</summary>
internal sealed class CeleryGate(CeleryResults results, TimeProvider time) : ITaskGate
{
    private const string Reason = $"{ErrorCodes.CeleryChord}: It is part of a Celery chord, whose end is seen from results that this app does not keep. "
        + "Set Celerity:Celery:Results to true, let the clients use the result backend azureblockblob, and run it again.";

    public ValueTask<TaskVerdict?> CheckAsync(TaskPass pass, CancellationToken cancellationToken)
    {
        var isCounted = pass.Envelope.Celery?.Chord is not null || pass.Envelope.Task == CeleryCanvas.ChordUnlock;
        return ValueTask.FromResult<TaskVerdict?>(!isCounted || results.IsOn ? null : new TaskVerdict.End(TaskState.DeadLettered)
        {
            Category = ErrorCategory.Permanent,
            Reason = Reason,
            Failure = FailureRecord.Of(Reason, ErrorCategory.Permanent, pass.Row.Attempt, time.GetUtcNow()),
        });
    }
}
