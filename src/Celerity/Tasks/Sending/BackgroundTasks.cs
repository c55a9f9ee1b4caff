using System.Text.Json;
using Celerity.Observing;
using Celerity.Retry;
using Celerity.Storage;
using Celerity.Tracing;
using Celerity.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Celerity.Tasks.Sending;

/// <summary>Sends tasks.</summary>
internal sealed partial class BackgroundTasks(
    TaskRegistry registry,
    TaskQueues taskQueues,
    TaskEncoder encoder,
    MessageSigner signer,
    ReservedSends reserved,
    UniqueSends unique,
    OrderedSends ordered,
    IQueueStore queues,
    ITableStore tables,
    IOptions<SendingOptions> sending,
    TaskObservers observers,
    TimeProvider time,
    ILogger<BackgroundTasks> logger) : IBackgroundTasks
{
    private static readonly EnqueueOptions None = new();

    public async Task<string> EnqueueAsync<TTask>(TTask task, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : notnull
    {
        ArgumentNullException.ThrowIfNull(task);
        return (await SendAsync(registry.SettingsOf(task.GetType()), TaskPayload.Write(task), options ?? None, cancellationToken).ConfigureAwait(false)).Id;
    }

    /// <summary>Puts one task on its queue, by name. Nothing is sent where the app has no such task or the payload does not fit it.</summary>
    public async Task<SentTask> EnqueueAsync(string name, JsonElement payload, EnqueueOptions? options, CancellationToken cancellationToken)
    {
        var task = registry.GetSendable(name);
        _ = TaskPayload.Read(task.Settings.Name, task.PayloadType, payload);
        return await SendAsync(task.Settings, payload, options ?? None, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a task under an id that its caller has made of what it follows from. The caller comes back until it has returned: no note is needed.</summary>
    public async ValueTask SendCoveredAsync(string id, string name, JsonElement payload, EnqueueOptions options, CancellationToken cancellationToken)
    {
        var task = registry.GetSendable(name);
        _ = TaskPayload.Read(task.Settings.Name, task.PayloadType, payload);
        var (envelope, row) = await MakeAsync(task.Settings, payload, options, cacheKey: null, mustReserve: true, cancellationToken, id).ConfigureAwait(false);
        await TellAsync(envelope, row.Queue).ConfigureAwait(false);
        _ = await reserved.SendCoveredAsync(row, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<string>> EnqueueManyAsync<TTask>(
        IEnumerable<TTask> tasks, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : notnull
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var ids = new List<string>();
        await SendManyAsync(Requests(tasks.ToAsyncEnumerable(), options ?? None), ids.Add, cancellationToken).ConfigureAwait(false);
        return ids;
    }

    public async Task<long> EnqueueManyAsync<TTask>(
        IAsyncEnumerable<TTask> tasks, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : notnull
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var count = 0L;
        await SendManyAsync(Requests(tasks, options ?? None), _ => count++, cancellationToken).ConfigureAwait(false);
        return count;
    }

    /// <summary>Sends many tasks by name, each with its own options. All are checked first: one that cannot run keeps all from being sent.</summary>
    public async Task<IReadOnlyList<string>> EnqueueManyAsync(IReadOnlyList<BatchItem> tasks, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var requests = new List<BulkRequest>(tasks.Count);
        foreach (var (at, task) in tasks.Index())
        {
            try
            {
                var definition = registry.GetSendable(task.Task);
                _ = TaskPayload.Read(definition.Settings.Name, definition.PayloadType, task.Payload);
                _ = SendTerms.Of(task.Options, now);
                _ = taskQueues.Choose(definition.Settings, task.Options);
                requests.Add(new BulkRequest(definition.Settings, task.Payload, typeof(JsonElement), task.Options));
            }
            catch (CelerityException exception)
            {
                throw new CelerityException(exception.Code, $"Item {at}: {exception.Detail} Nothing was sent.", exception);
            }
        }

        var ids = new List<string>();
        await SendManyAsync(requests.ToAsyncEnumerable(), ids.Add, cancellationToken).ConfigureAwait(false);
        return ids;
    }

    public async Task<PreparedTask> PrepareAsync<TTask>(TTask task, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : notnull
    {
        ArgumentNullException.ThrowIfNull(task);
        var (_, row) = await MakeAsync(
            registry.SettingsOf(task.GetType()), TaskPayload.Write(task), options ?? None, null, mustReserve: true, cancellationToken).ConfigureAwait(false);
        return PreparedText.Write(row);
    }

    public async Task<string> SendPreparedAsync(PreparedTask task, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        var (envelope, row) = PreparedText.Read(task);
        taskQueues.Check(row.Queue);
        await TellAsync(envelope, row.Queue).ConfigureAwait(false);
        return (await SendReservedAsync(envelope, row, cache: default, cancellationToken).ConfigureAwait(false)).Id;
    }

    private async ValueTask<SentTask> SendAsync(TaskSettings task, JsonElement payload, EnqueueOptions options, CancellationToken cancellationToken)
    {
        // Looked for first: an answer that is there is worth neither a message nor a payload's blob.
        var cacheKey = IsCached(task, options) ? KeyRows.CacheKeyOf(task.Name, payload) : null;
        if (cacheKey is not null && await unique.FindCachedAsync(cacheKey, task.Cache, cancellationToken).ConfigureAwait(false) is { } id)
        {
            return new SentTask(id, IsEarlier: true);
        }

        using var span = EngineTracing.StartSend(task.Name);
        var (envelope, row) = await MakeAsync(task, payload, options, cacheKey, mustReserve: false, cancellationToken).ConfigureAwait(false);
        EngineTracing.Sent(span, row.Queue, row.Id);
        await TellAsync(envelope, row.Queue).ConfigureAwait(false);
        if (envelope.Reserved)
        {
            return await SendReservedAsync(envelope, row, task.Cache, cancellationToken).ConfigureAwait(false);
        }

        await SendPlainAsync(row, task.Tracking, cancellationToken).ConfigureAwait(false);
        return new SentTask(row.Id, IsEarlier: false);
    }

    // A key decides by itself, and who says when a task is to run wants a run then.
    private static bool IsCached(TaskSettings task, EnqueueOptions options) =>
        task.Cache > TimeSpan.Zero && !options.SkipCache && !HasKey(options)
        && options is { Delay.Ticks: 0, Eta: null };

    private static bool HasKey(EnqueueOptions options) =>
        (options.IdempotencyKey ?? options.UniqueKey ?? options.DebounceKey ?? options.OrderKey) is not null;

    private async ValueTask TellAsync(TaskEnvelope envelope, string queue)
    {
        if (!observers.IsEmpty)
        {
            await observers.TellAsync(new TaskEvent
            {
                Kind = TaskEventKind.BeforePublish,
                At = time.GetUtcNow(),
                Id = envelope.Id,
                Name = envelope.Task,
                Queue = queue,
                CorrelationId = envelope.CorrelationId,
                Tags = envelope.Tags,
            }).ConfigureAwait(false);
        }
    }

    private async ValueTask<(TaskEnvelope Envelope, SendRow Row)> MakeAsync(
        TaskSettings task, JsonElement payload, EnqueueOptions options, string? cacheKey, bool mustReserve, CancellationToken cancellationToken, string? id = null)
    {
        var now = time.GetUtcNow();
        var terms = SendTerms.Of(options, now);
        var queue = taskQueues.Choose(task, options);
        id ??= options.IdempotencyKey is { } key ? $"k-{KeyRows.Hash($"{task.Name}\n{key}")}" : TaskIds.New(now).ToString();
        var envelope = Envelope(task, options, terms, queue, now) with
        {
            Id = id,
            Delivery = Guid.NewGuid().ToString("N"),
            CacheKey = cacheKey,
            Reserved = mustReserve || cacheKey is not null || NeedsRow(options, terms, now),
        };
        var fitting = await encoder.FitAsync(encoder.WithPayload(envelope, payload, options.Format), TaskEncoder.MaxFirstBytes, cancellationToken)
            .ConfigureAwait(false);
        return (fitting, new SendRow(id, SendRow.Enqueued, task.Name, queue, encoder.Encode(fitting, queue), now)
        {
            DueAt = terms.DueAt,
            CorrelationId = options.CorrelationId,
            CacheKey = cacheKey,
            DebounceKey = options.DebounceKey,
            PayloadBlob = fitting.PayloadRef,
        });
    }

    private static TaskEnvelope Envelope(TaskSettings task, EnqueueOptions options, SendTerms terms, string? queue, DateTimeOffset now) => new()
    {
        Id = "",
        Task = task.Name,
        Queue = queue,
        Eta = terms.DueAt,
        ExpiresAt = terms.ExpiresAt,
        SentAt = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), now.Offset),
        Tags = options.Tags,
        Headers = options.Headers,
        LimitKey = options.LimitKey,
        CorrelationId = options.CorrelationId,
        Traceparent = EngineTracing.Traceparent,
        IdempotencyKey = options.IdempotencyKey,
        UniqueKey = options.UniqueKey,
        DebounceKey = options.DebounceKey,
        OrderKey = options.OrderKey,
    };

    private static bool NeedsRow(EnqueueOptions options, SendTerms terms, DateTimeOffset now) =>
        HasKey(options)
        || terms.DueAt - now > RetryDecision.LongestDelay;

    /// <summary>Sends a message, then stores its send row where the tracking asks for it.</summary>
    public async ValueTask SendPlainAsync(SendRow row, TaskTracking tracking, CancellationToken cancellationToken)
    {
        var delay = row.DueAt - row.SentAt ?? TimeSpan.Zero;
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

    /// <summary>Sends a task for a caller that comes back until this has returned: again it is the same task.</summary>
    public async ValueTask<SentTask> SendAgainAsync(TaskEnvelope envelope, SendRow row, CancellationToken cancellationToken)
    {
        await TellAsync(envelope, row.Queue).ConfigureAwait(false);
        if ((envelope.UniqueKey ?? envelope.OrderKey) is not null)
        {
            return await SendReservedAsync(envelope, row, cache: default, cancellationToken).ConfigureAwait(false);
        }

        return new SentTask(row.Id, IsEarlier: !await reserved.SendCoveredAsync(row, cancellationToken).ConfigureAwait(false));
    }

    private async ValueTask<SentTask> SendReservedAsync(TaskEnvelope envelope, SendRow row, TimeSpan cache, CancellationToken cancellationToken)
    {
        if ((envelope.UniqueKey ?? envelope.CacheKey) is not null)
        {
            var holder = envelope.UniqueKey is { } uniqueKey
                ? await unique.SendAsync(row, uniqueKey, cancellationToken).ConfigureAwait(false)
                : await unique.SendCachedAsync(row, cache, cancellationToken).ConfigureAwait(false);
            return new SentTask(holder, IsEarlier: holder != row.Id);
        }

        if (envelope.OrderKey is not null)
        {
            await ordered.SendAsync(envelope, row, cancellationToken).ConfigureAwait(false);
            return new SentTask(row.Id, IsEarlier: false);
        }

        return new SentTask(row.Id, IsEarlier: !await reserved.SendAsync(row, cancellationToken).ConfigureAwait(false));
    }

    private async IAsyncEnumerable<BulkRequest> Requests<TTask>(IAsyncEnumerable<TTask> tasks, EnqueueOptions options)
        where TTask : notnull
    {
        var (type, settings) = (default(Type), default(TaskSettings));
        await foreach (var task in tasks.ConfigureAwait(false))
        {
            if (task.GetType() != type)
            {
                type = task.GetType();
                settings = registry.SettingsOf(type);
            }

            yield return new BulkRequest(settings!, task, type, options);
        }
    }

    private async ValueTask SendManyAsync(IAsyncEnumerable<BulkRequest> requests, Action<string> sent, CancellationToken cancellationToken)
    {
        using var span = EngineTracing.StartSendMany();
        var count = 0L;
        using var bulk = new BulkSend(queues, tables, time, sending.Value.ParallelPackCount, logger, cancellationToken);
        try
        {
            // One instant for all, so that equal delays share packs.
            var now = time.GetUtcNow();
            var template = default(PackTemplate);
            var (settings, options) = (default(TaskSettings), default(EnqueueOptions));
            await foreach (var request in requests.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (request.Settings != settings || !ReferenceEquals(request.Options, options))
                {
                    (settings, options) = (request.Settings, request.Options);
                    template = FindTemplate(settings, options, now);
                }

                // What must have a row of its own, be signed or compressed travels alone.
                var id = template is null ? null : await bulk.TryAddAsync(template, request.Payload, request.PayloadType).ConfigureAwait(false);
                if (id is not null)
                {
                    await TellAsync(template!.Envelope with { Id = id }, template.Queue).ConfigureAwait(false);
                }

                count++;
                sent(id ?? (await SendAsync(
                    request.Settings, TaskPayload.Write(request.Payload, request.PayloadType), request.Options, cancellationToken).ConfigureAwait(false)).Id);
            }

            await bulk.CompleteAsync().ConfigureAwait(false);
            EngineTracing.SentMany(span, count);
        }
        catch
        {
            await bulk.DrainAsync().ConfigureAwait(false);
            throw;
        }
    }

    private PackTemplate? FindTemplate(TaskSettings task, EnqueueOptions options, DateTimeOffset now)
    {
        var terms = SendTerms.Of(options, now);
        var queue = taskQueues.Choose(task, options);
        return NeedsRow(options, terms, now) || IsCached(task, options) || options.Format != PayloadFormat.Json || signer.IsAsked(queue)
            ? null
            : new PackTemplate(task, Envelope(task, options, terms, queue: null, now), queue, terms.DueAt);
    }
}
