using System.Text.Json;
using Celerity.Groups;
using Celerity.Secrets;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Tracing;
using Celerity.Wire;

namespace Celerity.DeadLetters.Actions;

/// <summary>Makes the task that a letter is replayed as. Its id follows from the action and the letter: made again it is the same task.</summary>
internal sealed class ReplayMessages(TaskRegistry registry, TaskQueues queues, TaskEncoder encoder, PayloadReader payloads, SecretPayloads secrets, TimeProvider time)
{
    /// <summary>The id of the task that an action sends for a letter; its time is the action's.</summary>
    public static string IdOf(string action, DeadLetter letter) => DerivedId.Of(action, letter.Id);

    /// <summary>Says why a letter cannot be replayed at all; <see langword="null"/> where it can.</summary>
    public string? FindFault(DeadLetter letter) => letter switch
    {
        { Kind: DeadLetterKind.Message } => "it is a message that nobody could read: send what it was meant to be",
        { Message: null } => "its message is not there any more",
        _ when registry.Find(letter.Task!) is null => registry.Unknown(letter.Task!).Detail,
        _ => null,
    };

    /// <summary>Checks that a letter, or another payload in its place, fits its task.</summary>
    /// <exception cref="CelerityException">CEL0202: the payload does not fit the task; CEL0209, CEL0230: it cannot be read; CEL0231: the app has no such queue;
    /// CEL0341: it cannot be replayed.</exception>
    public async ValueTask<(TaskEnvelope Envelope, JsonElement? Payload)> CheckAsync(DeadLetter letter, JsonElement? payload, CancellationToken cancellationToken)
    {
        var (task, envelope) = Read(letter);
        queues.Check(letter.Queue);
        var content = payload;
        if (payload is null || secrets.HasSecrets(task.Settings.Name))
        {
            var original = await payloads.ReadAsync(envelope, cancellationToken).ConfigureAwait(false);
            content = payload is { } edited ? SecretRestore.Of(edited, original) : original;
        }

        _ = TaskPayload.Read(task.Settings.Name, task.PayloadType, content, payload is null && envelope.Celery is not null);
        return (envelope, content);
    }

    /// <summary>Makes the task.</summary>
    /// <exception cref="CelerityException">As <see cref="CheckAsync"/>.</exception>
    public async ValueTask<(TaskEnvelope Envelope, SendRow Row)> MakeAsync(
        string action, DeadLetter letter, JsonElement? payload, DateTimeOffset? dueAt, CancellationToken cancellationToken)
    {
        var (envelope, content) = await CheckAsync(letter, payload, cancellationToken).ConfigureAwait(false);
        var (id, now) = (IdOf(action, letter), time.GetUtcNow());
        using var span = EngineTracing.StartReplay(envelope);
        EngineTracing.Sent(span, letter.Queue, id);
        var format = payload is null && envelope.ContentType == PayloadCoding.MessagePackType ? PayloadFormat.MessagePack : PayloadFormat.Json;

        // What came of it counts by itself: the group, chord and deadline that the task belonged to are over.
        var again = envelope with
        {
            Id = id,
            Delivery = DerivedId.Of(id, "delivery"),
            Attempt = 1,
            Seq = 0,
            Crashes = 0,
            Queue = letter.Queue,
            Reserved = true,
            Eta = dueAt,
            ExpiresAt = null,
            SentAt = now,
            Traceparent = span?.Id ?? envelope.Traceparent,
            IdempotencyKey = null,
            CacheKey = null,
            DebounceKey = null,
            OrderTicket = null,
            Group = null,
            Celery = envelope.Celery is { } celery ? celery with { Chord = null, Group = null } : null,
            Slots = [],
            LastFailure = null,
            Signature = null,
            PayloadRef = null,
            ParentId = envelope.ParentId ?? letter.SubjectId,
            ReplayOf = letter.Id,
            Replays = letter.Replays + 1,
        };
        var fitting = await encoder.FitAsync(
            content is { } json ? encoder.WithPayload(again, json, format) : again with { Payload = null }, TaskEncoder.MaxFirstBytes, cancellationToken)
            .ConfigureAwait(false);
        return (fitting, new SendRow(id, SendRow.Enqueued, envelope.Task, letter.Queue, encoder.Encode(fitting, letter.Queue), now)
        {
            DueAt = dueAt,
            CorrelationId = fitting.CorrelationId,
            Run = fitting.RunId,
            PayloadBlob = fitting.PayloadRef,
        });
    }

    private (TaskDefinition Task, TaskEnvelope Envelope) Read(DeadLetter letter)
    {
        if (FindFault(letter) is { } fault)
        {
            throw new CelerityException(ErrorCodes.NotReplayable, $"The letter {letter.Id} cannot be replayed: {fault}.");
        }

        // Our own bytes: their signature was checked when they came.
        return MessageCodec.Decode(letter.Message!.Value, letter.SubjectId) is { Tasks: [var envelope] }
            ? (registry.Find(letter.Task!)!, envelope)
            : throw new CelerityException(ErrorCodes.NotReplayable, $"The letter {letter.Id} cannot be replayed: its message cannot be read.");
    }
}
