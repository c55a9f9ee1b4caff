using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Celerity.Handover;
using Celerity.Retry;
using Celerity.Storage;
using Celerity.Wire;

namespace Celerity.Tasks;

/// <inheritdoc cref="IBackgroundTasks"/>
internal sealed class BackgroundTasks(TaskRegistry registry, IQueueStore queues, ITableStore tables, TimeProvider time) : IBackgroundTasks
{
    private const int MaxMessageBytes = 48 * 1024;

    public Task<string> EnqueueAsync<TTask>(TTask task, EnqueueOptions? options, CancellationToken cancellationToken)
        where TTask : notnull
    {
        ArgumentNullException.ThrowIfNull(task);
        return SendAsync(registry.Get(typeof(TTask)), JsonSerializer.SerializeToElement(task, CelerityJson.Options), options, cancellationToken);
    }

    /// <summary>Sends a task by name.</summary>
    /// <exception cref="CelerityException">CEL0201: there is no such task; CEL0202: the payload does not fit; CEL0203: it is too large.</exception>
    public Task<string> EnqueueAsync(string name, JsonElement payload, EnqueueOptions? options, CancellationToken cancellationToken)
    {
        var task = registry.Get(name);
        try
        {
            _ = payload.Deserialize(task.PayloadType, CelerityJson.Options) ?? throw new JsonException("it is null.");
        }
        catch (JsonException exception)
        {
            throw new CelerityException(
                ErrorCodes.PayloadDoesNotFit, $"The payload does not fit the task '{task.Name}': {exception.Message}", exception);
        }

        return SendAsync(task, payload, options, cancellationToken);
    }

    private async Task<string> SendAsync(TaskDefinition task, JsonElement payload, EnqueueOptions? options, CancellationToken cancellationToken)
    {
        options ??= new EnqueueOptions();
        if (options.Delay < TimeSpan.Zero || options.Delay > RetryDecision.MaxDelay)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Delay, $"The delay must be 0 to {RetryDecision.MaxDelay}.");
        }

        var now = time.GetUtcNow();
        var envelope = new TaskEnvelope
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Task = task.Name,
            Payload = payload,
            Eta = options.Delay > TimeSpan.Zero ? now + options.Delay : null,
            CorrelationId = options.CorrelationId,
            Traceparent = Activity.Current?.Id,
            Headers = options.Headers.Count > 0 ? options.Headers : null,
        };
        var body = MessageCodec.Encode(envelope);
        if (Encoding.UTF8.GetByteCount(body) is > MaxMessageBytes and var bytes)
        {
            throw new CelerityException(
                ErrorCodes.TaskTooLarge, $"The task '{task.Name}' has {bytes:N0} bytes; the limit is {MaxMessageBytes:N0}. Put what is large into a blob and send its name.");
        }

        var queue = options.Queue ?? task.Queue;
        await queues.SendAsync(queue, body, options.Delay, cancellationToken).ConfigureAwait(false);
        await NoteAsync(envelope.Id, task, queue, now, cancellationToken).ConfigureAwait(false);
        return envelope.Id;
    }

    // After the send: a crash in between leaves a message that runs all the same. It only makes the waiting task visible.
    private async ValueTask NoteAsync(string id, TaskDefinition task, string queue, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = new TableRow(ControlKey.OfTask(id).Partition, ControlKey.SendRowOf(id), new Dictionary<string, object>
        {
            ["state"] = nameof(TaskState.Enqueued),
            ["task"] = task.Name,
            ["queue"] = queue,
            ["at"] = now,
        });
        _ = await tables.TryInsertAsync(StorageNames.TasksTable, row, cancellationToken).ConfigureAwait(false);
    }
}
