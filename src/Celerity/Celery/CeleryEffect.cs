using System.Text.Json;
using Celerity.Handover;
using Celerity.Tasks;
using Celerity.Tasks.Results;
using Celerity.Wire;

namespace Celerity.Celery;

/// <summary>At the end of a task that a Celery client has sent: sends what follows, then tells the client.</summary>
internal sealed class CeleryEffect(CelerySends sends, CeleryResults results, TaskRecords records, TimeProvider time) : ITaskEffect
{
    public bool MustHear(TaskEnvelope envelope) =>
        envelope.Celery is { } terms && (terms.HasFollowers || terms.Chord is not null || (results.IsOn && !terms.IgnoresResult));

    public async ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken)
    {
        if (envelope.Celery is not { } terms)
        {
            return;
        }

        var ending = ended.Ending!;
        var result = ended.State == TaskState.Succeeded ? await records.ReadResultAsync(ending, cancellationToken).ConfigureAwait(false) : null;
        foreach (var task in Followers(envelope, terms, ended.State, result))
        {
            await sends.SendAsync(task, CeleryParent.Of(envelope, ending), queue, cancellationToken).ConfigureAwait(false);
        }

        switch (ended.State)
        {
            case TaskState.Succeeded:
                await results.TellSuccessAsync(envelope.Id, terms, envelope.ParentId, result, ending.At, cancellationToken).ConfigureAwait(false);
                break;

            // There was nothing to do: that is no failure, but nothing follows it either.
            case TaskState.Discarded:
                await results.TellSuccessAsync(envelope.Id, terms, envelope.ParentId, null, ending.At, cancellationToken).ConfigureAwait(false);
                await results.TellFollowersAsync(terms, CeleryFailure.Revoked(ending.Reason), ending.At, cancellationToken).ConfigureAwait(false);
                break;

            default:
                await results.TellFailureAsync(envelope.Id, terms, envelope.ParentId, FailureOf(ended), ending.At, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    // As Celery does it: the result goes before the arguments, an error task is given the failed one's id. What was revoked has not failed.
    private List<CeleryTask> Followers(TaskEnvelope envelope, CeleryTerms terms, TaskState state, JsonElement? result)
    {
        var (signatures, role, value) = state switch
        {
            TaskState.Succeeded => (terms.Callbacks, "celery-link", result ?? JsonSerializer.SerializeToElement<object?>(null)),
            TaskState.DeadLettered => (terms.Errbacks, "celery-error", JsonSerializer.SerializeToElement(envelope.Id)),
            _ => ([], "", default),
        };
        var turn = new CeleryTurn(envelope.Id, role, time.GetUtcNow()) { Values = [value], RootId = terms.RootId ?? envelope.Id };
        var tasks = signatures.Index().SelectMany(item => CeleryCanvas.Expand(item.Item, turn with { Role = $"{role}-{item.Index}" })).ToList();
        if (state == TaskState.Succeeded && terms.Chain is [.., var next])
        {
            tasks.AddRange(CeleryCanvas.Expand(next, turn with { Role = "celery-next", Chain = [.. terms.Chain.SkipLast(1)] }));
        }

        return tasks;
    }

    private static CeleryFailure FailureOf(ControlRow ended) => ended.State != TaskState.DeadLettered
        ? CeleryFailure.Revoked(ended.Ending!.Reason)
        : new CeleryFailure(
            ended.Failures is [.., { Type: { Length: > 0 } type }] ? type[(type.LastIndexOf('.') + 1)..] : "TaskFailed", ended.Ending!.Reason ?? "");
}
