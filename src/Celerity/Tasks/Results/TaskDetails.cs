using Celerity.Secrets;
using Celerity.Tasks.Logs;
using Celerity.Wire;

namespace Celerity.Tasks.Results;

/// <summary>Shows a task whole, without what is secret. Costs one request, and one more for each of payload and result that lies in a blob.</summary>
internal sealed class TaskDetails(TaskResults results, TaskRecords records, PayloadReader payloads, SecretPayloads secrets, AttemptLogs logs)
{
    /// <summary>The largest payload that is shown.</summary>
    public const int MaxPayloadBytes = 4 * 1024 * 1024;

    /// <summary>Waits for a task's end, for some time at most, and shows it as it is then; <see langword="null"/> where nothing is stored of it.</summary>
    public async ValueTask<TaskDetail?> FindAsync(string id, TimeSpan wait, CancellationToken cancellationToken)
    {
        await results.WaitForEndAsync(id, wait, cancellationToken).ConfigureAwait(false);
        if (id.Length > TaskEnvelope.MaxIdChars || await records.FindSentAsync(id, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        var task = found.Task with { Result = found.Task.Result is { } result ? secrets.MaskResult(found.Task.Task, result) : null };
        var detail = new TaskDetail(task, AttemptView.Of(task)) { LogLeftOut = logs.FindRefusal(task.Task) };
        return found.Sent is { } sent
            ? await WithPayloadAsync(detail, sent, cancellationToken).ConfigureAwait(false)
            : detail with { PayloadLeftOut = "The send of this task is not stored." };
    }

    private async ValueTask<TaskDetail> WithPayloadAsync(TaskDetail detail, TaskEnvelope sent, CancellationToken cancellationToken)
    {
        try
        {
            var payload = await payloads.ReadAsync(sent, MaxPayloadBytes, cancellationToken).ConfigureAwait(false);
            return detail with { Payload = payload is { } json ? secrets.Mask(sent.Task, json) : null };
        }
        catch (CelerityException exception)
        {
            // Gone with its blob, too large to be shown, or unreadable, as its own failure says too.
            return detail with { PayloadLeftOut = exception.Detail };
        }
    }
}
