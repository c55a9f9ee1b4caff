using System.Text.Json;
using Celerity.Handover;

namespace Celerity.Tasks.Results;

/// <summary>Finds tasks and waits for them.</summary>
internal sealed class TaskResults(TaskRecords records, TaskList list, ControlRows rows, EndSignals signals, TimeProvider time) : ITaskResults
{
    public async Task<TaskRecord?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return Wire.TaskEnvelope.MaxIdChars < id.Length ? null : await records.FindAsync(id, cancellationToken).ConfigureAwait(false);
    }

    public async Task<TaskRecord?> WaitAsync(string id, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        await WaitForEndAsync(id, timeout, cancellationToken).ConfigureAwait(false);
        return await FindAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits without reading the task then.</summary>
    public async Task WaitForEndAsync(string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        if (timeout > TimeSpan.Zero && id.Length <= Wire.TaskEnvelope.MaxIdChars)
        {
            using var watch = signals.Listen(id);
            _ = await Polling.UntilAsync(
                () => rows.FindAsync(TaskKeys.ControlOf(id), cancellationToken), row => row?.Ending is not null, watch.Ended, timeout, time, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    public async Task<TResult?> GetResultAsync<TResult>(string id, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var task = await WaitAsync(id, timeout, cancellationToken).ConfigureAwait(false) ?? throw Unknown(id);
        if (!task.HasEnded)
        {
            throw new CelerityException(
                ErrorCodes.TaskNotEnded, $"The task '{task.Task}' {id} is {task.State} after {timeout:c}. Wait longer, or look again by its id.");
        }

        if (task.State != TaskState.Succeeded)
        {
            throw new TaskNotSucceededException(ErrorCodes.TaskNotSucceeded, task);
        }

        if (task.ResultExpiresAt <= time.GetUtcNow())
        {
            throw new CelerityException(
                ErrorCodes.ResultExpired, $"The result of '{task.Task}' {id} was kept until {task.ResultExpiresAt:O}. Raise ResultTtlSeconds of the task.");
        }

        return task.Result is { } result ? Read<TResult>(task, result) : default;
    }

    public async Task<TaskPage> ListAsync(TaskListQuery? query = null, CancellationToken cancellationToken = default) =>
        await list.ReadAsync(query ?? new TaskListQuery(), cancellationToken).ConfigureAwait(false);

    /// <summary>What to say of an id of which nothing is stored.</summary>
    public static CelerityException Unknown(string id) => new(
        ErrorCodes.UnknownTaskId,
        $"Nothing is stored of a task '{(id.Length > 40 ? id[..40] + "..." : id)}'. It was never sent, has expired, or its tracking stores nothing before its end.");

    private static TResult? Read<TResult>(TaskRecord task, JsonElement result)
    {
        try
        {
            return result.Deserialize<TResult>(CelerityJson.Options);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new CelerityException(
                ErrorCodes.ResultDoesNotFit, $"The result of '{task.Task}' {task.Id} does not fit {typeof(TResult)}: {exception.Message}", exception);
        }
    }
}
