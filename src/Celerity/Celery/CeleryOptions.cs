namespace Celerity.Celery;

/// <summary>What this app has to do with Celery. Bound from <c>Celerity:Celery</c>; checked at start-up (CEL0308).</summary>
internal sealed class CeleryOptions
{
    /// <summary>Gets or sets whether ends are told to waiting Celery clients, in blobs that Celery's <c>azureblockblob</c> result backend reads.</summary>
    /// <value>The default is <see langword="false"/>. It costs one request for each task that a Celery client has sent. Chords need it.</value>
    public bool Results { get; set; }

    /// <summary>Gets the queues that Celery workers listen to, by Celery's names for them. Tasks that this app does not know follow others to the first.</summary>
    /// <value>The default is none: then this app runs all that follows.</value>
    public IList<string> Queues { get; } = [];
}
