using System.Text.Json;
using Celerity.Retry;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tasks;

/// <summary>A task type and how to run it.</summary>
/// <param name="Name">Its name on the wire.</param>
/// <param name="Queue">The queue it is sent to.</param>
/// <param name="Retry">How it is retried.</param>
/// <param name="PayloadType">What its payload is read into.</param>
/// <param name="HandlerType">Its handler.</param>
/// <param name="RunAsync">Runs one attempt with a handler out of the given scope.</param>
internal sealed record TaskDefinition(
    string Name,
    string Queue,
    RetryPolicy Retry,
    Type PayloadType,
    Type HandlerType,
    Func<IServiceProvider, JsonElement?, TaskContext, CancellationToken, ValueTask<TaskOutcome>> RunAsync)
{
    public static TaskDefinition Make<TTask, THandler>(CelerityTaskAttribute task)
        where TTask : notnull
        where THandler : class, ITaskHandler<TTask> => new(
            task.Name,
            task.Queue,
            new RetryPolicy(task.MaxAttempts, TimeSpan.FromSeconds(task.BackoffSeconds), TimeSpan.FromSeconds(task.MaxBackoffSeconds)),
            typeof(TTask),
            typeof(THandler),
            (services, payload, context, cancellationToken) =>
                ActivatorUtilities.CreateInstance<THandler>(services).HandleAsync(Read<TTask>(payload), context, cancellationToken));

    private static TTask Read<TTask>(JsonElement? payload)
    {
        try
        {
            return (payload is { } json ? json.Deserialize<TTask>(CelerityJson.Options) : default)
                ?? throw new JsonException("the payload is missing.");
        }
        catch (JsonException exception)
        {
            throw new CelerityException(
                ErrorCodes.PayloadDoesNotFit, $"The payload does not fit {typeof(TTask).Name}: {exception.Message}", exception);
        }
    }
}
