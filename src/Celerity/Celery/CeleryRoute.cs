namespace Celerity.Celery;

/// <summary>Where a task goes.</summary>
internal abstract record CeleryRoute
{
    /// <summary>To a queue of this app, as a message of ours.</summary>
    public sealed record Ours(string Queue) : CeleryRoute;

    /// <summary>To Celery's workers, as a message of theirs.</summary>
    /// <param name="RoutingKey">Celery's name for the queue.</param>
    /// <param name="Queue">The queue.</param>
    public sealed record Theirs(string RoutingKey, string Queue) : CeleryRoute;

    /// <summary>Nowhere: it becomes a dead letter.</summary>
    public sealed record Refused(string Code, string Reason) : CeleryRoute;
}
