using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.Options;

namespace Celerity.Celery;

/// <summary>Says where a task goes that follows another: to a queue of ours, or to one of Celery's workers.</summary>
/// <remarks>Only to queues that were named: whoever can write to one queue must not be able to write to all of them through us.</remarks>
internal sealed class CeleryQueues(TaskRegistry registry, TaskQueues queues, MessageSigner signer, IOptions<CeleryOptions> options)
{
    private readonly IList<string> _theirs = options.Value.Queues;

    /// <summary>Gets what Celery's transport calls a queue on storage: punctuation becomes hyphens, and nothing else changes.</summary>
    public static string OnStorage(string queue) =>
        string.Concat(queue.Select(character => char.IsAscii(character) && (char.IsPunctuation(character) || char.IsSymbol(character)) ? '-' : character));

    /// <summary>Chooses a queue.</summary>
    /// <param name="task">The task.</param>
    /// <param name="parentQueue">The queue of the task that it follows.</param>
    public CeleryRoute RouteOf(CeleryTask task, string parentQueue)
    {
        var route = Choose(task, parentQueue);
        return route is CeleryRoute.Ours { Queue: var queue } && signer.IsAsked(queue) && !signer.IsAsked(parentQueue)
            ? Refused($"goes to the queue '{queue}', which takes signed messages only, and follows a task on '{parentQueue}', which does not")
            : route;
    }

    private CeleryRoute Choose(CeleryTask task, string parentQueue)
    {
        if (task.Queue is { } asked)
        {
            var queue = OnStorage(asked);
            return queues.Names.Contains(queue) ? new CeleryRoute.Ours(queue)
                : _theirs.FirstOrDefault(theirs => OnStorage(theirs) == queue) is { } known ? new CeleryRoute.Theirs(known, queue)
                : Refused($"asks for the queue '{Wire.JsonFields.Short(asked)}'. This app sends to its own queues and to those of Celerity:Celery:Queues");
        }

        return registry.Find(task.Name) is { } definition ? new CeleryRoute.Ours(queues.Choose(definition.Settings, new EnqueueOptions()))
            : _theirs is [var first, ..] ? new CeleryRoute.Theirs(first, OnStorage(first))
            : new CeleryRoute.Ours(parentQueue);
    }

    private static CeleryRoute.Refused Refused(string what) => new(ErrorCodes.CeleryQueue, $"It {what}.");
}
