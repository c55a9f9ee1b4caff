using System.Text;
using Celerity.DeadLetters;
using Celerity.Handover;
using Celerity.Wire;

namespace Celerity.Tasks;

/// <summary>Keeps the dead letter of a task that has ended as one.</summary>
internal sealed class DeadLetterEffect(DeadLetterStore deadLetters) : ITaskEffect
{
    public async ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken)
    {
        if (ended is not { State: TaskState.DeadLettered, Ending: { } ending })
        {
            return;
        }

        var message = MessageCodec.Encode(envelope with { Attempt = ended.Attempt, Crashes = ended.Crashes, LastFailure = null });
        var record = new DeadLetterRecord
        {
            Id = envelope.Id,
            Kind = "task",
            Task = envelope.Task,
            Run = envelope.RunId,
            Queue = queue,
            Category = ending.Category ?? ErrorCategory.Permanent,
            Reason = ending.Reason ?? "",
            At = ending.At,
            Host = ending.Host,
            Attempt = ended.Attempt,
            Crashes = ended.Crashes,
            CorrelationId = envelope.CorrelationId,
            Failures = ended.Failures,
            Body = Encoding.UTF8.GetBytes(message),
        };
        await deadLetters.AddAsync(record, cancellationToken).ConfigureAwait(false);
    }
}
