using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Celerity.Retry;
using Celerity.Storage;
using Celerity.Wire;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>Sends tasks.</summary>
internal sealed partial class BackgroundTasks(
    TaskRegistry registry, IQueueStore queues, ITableStore tables, TimeProvider time, ILogger<BackgroundTasks> logger) : IBackgroundTasks
{
    // Room for what hand-overs add.
    private const int MaxMessageBytes = 48 * 1024;
    private const int MaxKeyChars = 200;

    public async Task<string> EnqueueAsync<TTask>(TTask task, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : notnull
    {
        ArgumentNullException.ThrowIfNull(task);
        return await SendAsync(registry.SettingsOf(task.GetType()), TaskPayload.Write(task), options ?? new EnqueueOptions(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts one task on its queue, by name. Nothing is sent where the app has no such task or the payload does not fit it.</summary>
    public async Task<string> EnqueueAsync(string name, JsonElement payload, EnqueueOptions? options, CancellationToken cancellationToken)
    {
        var task = registry.Get(name);
        _ = TaskPayload.Read(task.Settings.Name, task.PayloadType, payload);
        return await SendAsync(task.Settings, payload, options ?? new EnqueueOptions(), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<string> SendAsync(TaskSettings task, JsonElement payload, EnqueueOptions options, CancellationToken cancellationToken)
    {
        CheckOptions(options);
        var now = time.GetUtcNow();
        var queue = options.Queue ?? task.Queue;
        var envelope = new TaskEnvelope
        {
            Id = options.IdempotencyKey is { } idempotencyKey ? IdOf(task.Name, idempotencyKey) : Guid.CreateVersion7(now).ToString(),
            Task = task.Name,
            Payload = payload,
            Delivery = Guid.NewGuid().ToString("N"),
            Queue = queue,
            ExpiresAt = now + options.TimeToLive,
            IdempotencyKey = options.IdempotencyKey,
            CorrelationId = options.CorrelationId,
            Traceparent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null,
            Headers = options.Headers,
        };
        var message = MessageCodec.Encode(envelope);
        if (message.Length > MaxMessageBytes)
        {
            throw new CelerityException(
                ErrorCodes.TaskTooLarge,
                $"The task '{task.Name}' takes {message.Length} bytes with its envelope; the limit is {MaxMessageBytes}. Keep the content in a blob and send its name.");
        }

        var row = new SendRow(envelope.Id, SendRow.Enqueued, task.Name, queue, message, now)
        {
            DueAt = options.Delay > TimeSpan.Zero ? now + options.Delay : null,
            CorrelationId = options.CorrelationId,
        };
        if (options.IdempotencyKey is null)
        {
            await SendPlainAsync(row, task.Tracking, options.Delay, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await SendReservedAsync(row with { State = SendRow.Reserved }, cancellationToken).ConfigureAwait(false);
        }

        return envelope.Id;
    }

    private async ValueTask SendPlainAsync(SendRow row, TaskTracking tracking, TimeSpan delay, CancellationToken cancellationToken)
    {
        await queues.SendAsync(row.Queue, row.Message, delay, cancellationToken).ConfigureAwait(false);
        if (tracking != TaskTracking.Full)
        {
            return;
        }

        try
        {
            _ = await tables.TryInsertAsync(StorageNames.TasksTable, row.ToTableRow(), cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The task is on its queue: to fail now would make the caller send it twice.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogRowMissing(logger, row.Task, row.Id, exception);
        }
    }

    // The row first, so that a repeated send finds it; what stayed Reserved is sent again, with the same id.
    private async ValueTask SendReservedAsync(SendRow row, CancellationToken cancellationToken)
    {
        var etag = await tables.TryInsertAsync(StorageNames.TasksTable, row.ToTableRow(), cancellationToken).ConfigureAwait(false);
        if (etag is null)
        {
            var key = TaskKeys.SendOf(row.Id);
            var found = await tables.FindAsync(key.Table, key.PartitionKey, key.RowKey, cancellationToken).ConfigureAwait(false);
            if (found is null || SendRow.From(row.Id, found) is not { State: SendRow.Reserved } reserved)
            {
                return;
            }

            (row, etag) = (reserved, reserved.ETag);
        }

        var delay = row.DueAt - time.GetUtcNow() is { } wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        await queues.SendAsync(row.Queue, row.Message, delay, cancellationToken).ConfigureAwait(false);

        // Refused: another sender of the same key has marked it.
        _ = await tables.TryReplaceAsync(StorageNames.TasksTable, (row with { State = SendRow.Sent }).ToTableRow(), etag, cancellationToken)
            .ConfigureAwait(false);
    }

    private static string IdOf(string task, string idempotencyKey) =>
        $"k-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{task}\n{idempotencyKey}")))[..40]}";

    private static void CheckOptions(EnqueueOptions options)
    {
        if (options.Delay < TimeSpan.Zero || options.Delay > RetryDecision.LongestDelay)
        {
            throw Wrong(nameof(options.Delay), $"{options.Delay:c}", $"0 to {RetryDecision.LongestDelay:c}");
        }

        if (options.Queue is { } queue && !QueueName.IsValid(queue))
        {
            throw Wrong(nameof(options.Queue), $"\"{queue}\"", QueueName.Rule);
        }

        if (options.IdempotencyKey is { Length: 0 or > MaxKeyChars } key)
        {
            throw Wrong(nameof(options.IdempotencyKey), $"{key.Length} characters long", $"1 to {MaxKeyChars} characters");
        }

        if (options.TimeToLive is { } life && (life <= TimeSpan.Zero || life > TimeSpan.FromDays(3650)))
        {
            throw Wrong(nameof(options.TimeToLive), $"{life:c}", "longer than 0 and at most 3650 days");
        }
    }

    private static CelerityException Wrong(string option, string found, string rule) =>
        new(ErrorCodes.BadEnqueueOption, $"EnqueueOptions.{option} is {found}; it must be {rule}. Nothing was sent.");
}
