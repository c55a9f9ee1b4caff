using System.Diagnostics;
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

        await deadLetters.AddAsync(RecordOf(envelope, queue, ended, ending), cancellationToken).ConfigureAwait(false);
    }

    private static DeadLetterRecord RecordOf(TaskEnvelope envelope, string queue, ControlRow ended, Ending ending) => new()
    {
        Id = envelope.Id,
        Kind = DeadLetterKind.Task,
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
        TraceId = ActivityContext.TryParse(envelope.Traceparent, null, out var trace) ? trace.TraceId.ToHexString() : null,
        PayloadBlob = envelope.PayloadRef,
        ReplayOf = envelope.ReplayOf,
        Replays = envelope.Replays,
        Failures = ended.Failures,
        Log = ended.Log,
        Body = Encoding.UTF8.GetBytes(MessageCodec.Encode(envelope with { Attempt = ended.Attempt, Crashes = ended.Crashes, LastFailure = null })),
    };
}
