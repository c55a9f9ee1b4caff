namespace Celerity;

/// <summary>Hears what happens to tasks in this process. Register as many as you like, as singletons; they are called in that order.</summary>
/// <remarks>
/// Called after what happened is stored, and awaited: be quick. What an observer throws is logged and changes nothing. As with everything
/// else, a crash may come between the storing and the call: who must not miss an end reads the task's record or takes a webhook.
/// </remarks>
public interface ITaskObserver
{
    /// <summary>Hears of one event.</summary>
    /// <param name="happened">What happened.</param>
    /// <param name="cancellationToken">Not used by Celerity: an event is not called off.</param>
    ValueTask OnEventAsync(TaskEvent happened, CancellationToken cancellationToken);
}
