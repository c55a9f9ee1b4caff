using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Celerity.Handover;
using Celerity.Storage;
using Celerity.Wire;

namespace Celerity.Tasks.Results;

/// <summary>Makes records of a task's rows.</summary>
internal sealed class TaskRecords(ITableStore tables, IBlobStore blobs, TaskRegistry registry, TimeProvider time)
{
    /// <summary>How long the result of a task is kept that this app does not know.</summary>
    public static readonly TimeSpan DefaultTtl = TimeSpan.FromDays(7);

    /// <summary>How long the result of a task is kept after its end.</summary>
    public TimeSpan TtlOf(string task) => registry.Find(task)?.Settings.ResultTtl ?? DefaultTtl;

    /// <summary>Reads a task's rows by one query and its result from its blob, where it has one.</summary>
    public async ValueTask<TaskRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await FindSentAsync(id, cancellationToken).ConfigureAwait(false))?.Task;

    /// <summary>The same, with what was sent where that is stored.</summary>
    public async ValueTask<(TaskRecord Task, TaskEnvelope? Sent)?> FindSentAsync(string id, CancellationToken cancellationToken)
    {
        var (control, send) = (TaskKeys.ControlOf(id), TaskKeys.SendOf(id));
        var query = new TableQuery(control.PartitionKey) { RowKeyFrom = control.RowKey, RowKeyBefore = send.RowKey + "!" };
        var rows = new List<TableRow>();
        await foreach (var row in tables.QueryAsync(control.Table, query, cancellationToken).ConfigureAwait(false))
        {
            rows.Add(row);
        }

        var ended = rows.Find(row => row.RowKey == control.RowKey) is { } found ? ControlRow.From(found) : null;
        var sent = rows.Find(row => row.RowKey == send.RowKey);
        if (Of(id, ended, sent) is not { } record)
        {
            return null;
        }

        var envelope = sent?.FindBytes("message") is { } message && MessageCodec.Decode(message, id) is { Tasks: [var task] } ? task : null;
        record = record with
        {
            Tags = envelope?.Tags ?? [],
            TraceId = ActivityContext.TryParse(envelope?.Traceparent, null, out var trace) ? trace.TraceId.ToHexString() : null,
        };
        if (!record.HasEnded && rows.Find(row => row.RowKey == TaskKeys.ProgressOf(id).RowKey) is { } progress)
        {
            record = record with { Progress = ProgressOf(progress) };
        }

        return record is { ResultExpiresAt: { } expiry } && ended!.Ending is { } ending && expiry > time.GetUtcNow()
            ? (record with { Result = await ReadResultAsync(ending, cancellationToken).ConfigureAwait(false) }, envelope)
            : (record, envelope);
    }

    /// <summary>Makes a record without its result; <see langword="null"/> where there is no row.</summary>
    public TaskRecord? Of(string id, ControlRow? control, TableRow? send)
    {
        if (control is null && send is null)
        {
            return null;
        }

        var dueAt = send?.FindTime("dueAt");
        var task = send?.FindString("task") ?? control!.Subject;
        var record = new TaskRecord
        {
            Id = id,
            Task = task,
            State = control?.State ?? (dueAt > time.GetUtcNow() ? TaskState.Scheduled : TaskState.Enqueued),
            Queue = send?.FindString("queue"),
            CorrelationId = send?.FindString("correlationId"),
            Run = send?.FindString("run"),
            Step = send?.FindString("step"),
            SentAt = send?.FindTime("sentAt"),
            DueAt = dueAt,
        };
        return control is null ? record : record with
        {
            Attempt = control.Attempt,
            Crashes = control.Crashes,
            StartedAt = control.StartedAt,
            EndedAt = control.Ending?.At,
            Host = control.Ending?.Host,
            Category = control.Ending?.Category,
            Reason = control.Ending?.Reason,
            ResultExpiresAt = control.Ending?.At + TtlOf(task),
            Failures = [.. control.Failures.Select(failure => failure.ToPublic())],
            Log = control.Log?.Read() ?? [],
            LogDropped = control.Log?.Dropped ?? 0,
        };
    }

    private static TaskProgress ProgressOf(TableRow row) => new(
        row.GetInt32("attempt"),
        row.FindTime("at")!.Value,
        row.Values.TryGetValue("fraction", out var fraction) ? Convert.ToDouble(fraction, CultureInfo.InvariantCulture) : null,
        row.FindString("message"));

    /// <summary>Reads the result of an ended task; <see langword="null"/> where it has none, or its blob is gone.</summary>
    public async ValueTask<JsonElement?> ReadResultAsync(Ending ending, CancellationToken cancellationToken)
    {
        if (ending.ResultBlob is not { } name)
        {
            return ending.Result is { } json ? JsonElement.Parse(json) : null;
        }

        try
        {
            var stream = await blobs.OpenReadAsync(StorageNames.ResultsContainer, name, 0, null, null, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                return await JsonSerializer.DeserializeAsync<JsonElement>(stream, CelerityJson.Options, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (BlobGoneException)
        {
            // The storage account's lifecycle rule was faster than our own expiry.
            return null;
        }
    }
}
