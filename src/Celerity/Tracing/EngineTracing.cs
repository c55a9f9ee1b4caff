using System.Diagnostics;
using System.Globalization;
using Celerity.Runs;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Wire;

namespace Celerity.Tracing;

/// <summary>The spans of sends and of what is run for messages, by OpenTelemetry's conventions for messaging. Without a listener they cost nothing.</summary>
/// <remarks>
/// Messages carry the context of the span that sent them, through retries, hand-overs and dead letters. What runs for them is its child, so that a
/// task is one trace however often and wherever it runs; the function that was called for the message is linked, for it may have been called for many.
/// </remarks>
internal static class EngineTracing
{
    /// <summary>What to listen to.</summary>
    public const string SourceName = "Celerity";

    private const string System = "azure_storage_queue";

    private static readonly ActivitySource Source = new(SourceName, "1");

    /// <summary>Begins a send; its span goes with the message.</summary>
    public static Activity? StartSend(string task) => StartSendOf(task)?.SetTag("celerity.task.name", task);

    /// <summary>Begins a send of a slice of a stage; its span goes with the message.</summary>
    public static Activity? StartSendSlice(string stage) => StartSendOf(stage)?.SetTag("celerity.stage.name", stage);

    /// <summary>Begins a send of many tasks; its span goes with all of them.</summary>
    public static Activity? StartSendMany() => StartSendOf("many");

    /// <summary>Begins the making of a task that takes the place of one that died: it is of that one's trace, and linked to whoever replays it.</summary>
    public static Activity? StartReplay(TaskEnvelope dead) => Source.HasListeners()
        ? StartOf($"create {dead.Task}", ActivityKind.Producer, dead.Traceparent)
            ?.SetTag("messaging.system", System)
            .SetTag("messaging.operation.type", "create")
            .SetTag("celerity.task.name", dead.Task)
        : null;

    /// <summary>Begins the start of a run, or of its next generation: all of them are of the trace in which the run was first asked for.</summary>
    public static Activity? StartRun(RunRecord run) => Source.HasListeners()
        ? StartOf($"start {run.Pipeline}", ActivityKind.Internal, run.Traceparent)
            ?.SetTag("celerity.pipeline.name", run.Pipeline)
            .SetTag("celerity.run.id", run.Id)
            .SetTag("celerity.run.generation", run.Generation)
        : null;

    /// <summary>Gets what a message says of where it comes from.</summary>
    public static string? Traceparent => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;

    /// <summary>Says what was sent, and where to.</summary>
    public static void Sent(Activity? span, string queue, string id) => span
        ?.SetTag("messaging.destination.name", queue)
        .SetTag("messaging.message.id", id);

    /// <summary>Says how many tasks were sent together.</summary>
    public static void SentMany(Activity? span, long count) => span?.SetTag("messaging.batch.message_count", count);

    /// <summary>Begins one attempt of a task.</summary>
    public static Activity? StartAttempt(TaskPass pass) => StartProcess(pass.Envelope.Task, pass.Queue, pass.Envelope.Traceparent)
        ?.SetTag("messaging.message.id", pass.Envelope.Id)
        .SetTag("messaging.message.conversation_id", pass.Envelope.CorrelationId)
        .SetTag("celerity.task.name", pass.Envelope.Task)
        .SetTag("celerity.task.attempt", pass.Row.Attempt);

    /// <summary>Says how an attempt ended.</summary>
    public static void Ended(Activity? span, TaskVerdict verdict)
    {
        if (span is null)
        {
            return;
        }

        span.SetTag("celerity.task.state", (verdict switch
        {
            TaskVerdict.End end => end.State,
            TaskVerdict.Next next => next.State,
            _ => TaskState.Enqueued,
        }).ToString());
        if (verdict.Failure is { } failure)
        {
            span.SetTag("error.type", failure.Type is { Length: > 0 } type ? type : failure.Category.ToString());
            span.SetStatus(ActivityStatusCode.Error, failure.Message);
        }
    }

    /// <summary>Begins one pass over a message of chunks.</summary>
    public static Activity? StartSlice(SliceMessage message) => StartProcess(message.Name, StorageNames.ChunksQueue, message.Traceparent)
        ?.SetTag("messaging.message.id", message.Key().ChunkId(message.First))
        .SetTag("messaging.message.conversation_id", message.Run)
        .SetTag("celerity.stage.name", message.Name)
        .SetTag("celerity.run.id", message.Run)
        .SetTag("celerity.chunks", string.Create(CultureInfo.InvariantCulture, $"{message.First}-{message.Last}"))
        .SetTag("celerity.chunk.attempt", message.Attempt);

    private static Activity? StartSendOf(string what) => !Source.HasListeners() ? null : Source.StartActivity($"send {what}", ActivityKind.Producer)
        ?.SetTag("messaging.system", System)
        .SetTag("messaging.operation.type", "send");

    private static Activity? StartProcess(string what, string queue, string? traceparent) => Source.HasListeners()
        ? StartOf($"process {what}", ActivityKind.Consumer, traceparent)
            ?.SetTag("messaging.system", System)
            .SetTag("messaging.operation.type", "process")
            .SetTag("messaging.destination.name", queue)
        : null;

    // The child of what caused it, and linked to what called for it, where that is of another trace.
    private static Activity? StartOf(string name, ActivityKind kind, string? traceparent)
    {
        var caller = Activity.Current?.Context;
        _ = ActivityContext.TryParse(traceparent, traceState: null, isRemote: true, out var cause);
        var links = caller is { } function && cause != default && function.TraceId != cause.TraceId ? [new ActivityLink(function)] : Array.Empty<ActivityLink>();
        return Source.StartActivity(name, kind, cause == default ? caller ?? default : cause, tags: null, links);
    }
}
