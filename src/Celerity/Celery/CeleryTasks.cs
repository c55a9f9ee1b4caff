using System.Text.Json;
using Celerity.Storage;
using Celerity.Tasks.Sending;
using Celerity.Wire;

namespace Celerity.Celery;

/// <summary>Sends tasks to Celery's workers.</summary>
internal sealed class CeleryTasks(IQueueStore queues, TimeProvider time) : ICeleryTasks
{
    // Names as they are: Python's are not ours to change.
    private static readonly JsonSerializerOptions Json = new(CelerityJson.Options) { PropertyNamingPolicy = null, DictionaryKeyPolicy = null };

    public async Task<string> SendAsync(
        string queue,
        string task,
        IReadOnlyList<object?>? args = null,
        object? kwargs = null,
        CelerySendOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentException.ThrowIfNullOrEmpty(task);
        options ??= new CelerySendOptions();
        var name = CeleryQueues.OnStorage(queue);
        if (!QueueName.IsValid(name))
        {
            throw new CelerityException(ErrorCodes.UnknownQueue, $"\"{queue}\" is \"{name}\" on storage, which is no name for a queue; it must be {QueueName.Rule}.");
        }

        var now = time.GetUtcNow();
        Require(options.TaskId is null or { Length: > 0 and <= TaskEnvelope.MaxIdChars }, nameof(options.TaskId), options.TaskId, $"1 to {TaskEnvelope.MaxIdChars} characters");
        Require(options.Delay >= TimeSpan.Zero, nameof(options.Delay), options.Delay, "0 or more");
        Require(!(options.ExpiresAt <= now), nameof(options.ExpiresAt), options.ExpiresAt, "in the future");
        Require(!(options.TimeLimit <= TimeSpan.Zero), nameof(options.TimeLimit), options.TimeLimit, "above 0");
        Require(!(options.SoftTimeLimit <= TimeSpan.Zero), nameof(options.SoftTimeLimit), options.SoftTimeLimit, "above 0");
        var named = kwargs is null ? default(JsonElement?) : JsonSerializer.SerializeToElement(kwargs, kwargs.GetType(), Json);
        Require(named is null or { ValueKind: JsonValueKind.Object }, nameof(kwargs), named, "an object");
        var call = new CeleryTask
        {
            Id = options.TaskId ?? TaskIds.New(now).ToString(),
            Name = task,
            Args = [.. (args ?? []).Select(value => JsonSerializer.SerializeToElement(value, value?.GetType() ?? typeof(object), Json))],
            Kwargs = named,
            Eta = options.Delay > TimeSpan.Zero ? now + options.Delay : null,
            ExpiresAt = options.ExpiresAt,
            TimeLimit = options.TimeLimit,
            SoftTimeLimit = options.SoftTimeLimit,
            Headers = options.Headers,
            Terms = new CeleryTerms { IgnoresResult = options.IgnoreResult },
        };
        var message = CeleryMessage.Write(call, queue);
        if (message.Length > MessageCodec.MaxMessageBytes)
        {
            throw new CelerityException(
                ErrorCodes.CeleryTooLarge,
                $"The Celery task '{task}' takes {message.Length:N0} bytes as a message; the limit is {MessageCodec.MaxMessageBytes:N0}. Keep the content in a blob and send its name.");
        }

        await queues.SendAsync(name, message, CelerySends.DelayOf(options.Delay), cancellationToken).ConfigureAwait(false);
        return call.Id;
    }

    private static void Require(bool holds, string name, object? found, string rule)
    {
        if (!holds)
        {
            throw new CelerityException(ErrorCodes.BadEnqueueOption, $"{name} is '{JsonFields.Short(found?.ToString() ?? "")}'; it must be {rule}. Nothing was sent.");
        }
    }
}
