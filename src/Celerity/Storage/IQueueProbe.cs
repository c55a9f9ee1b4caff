namespace Celerity.Storage;

/// <summary>Looks at queues without taking anything from them.</summary>
internal interface IQueueProbe
{
    /// <summary>Counts a queue's messages, leased and delayed ones too, and tells since when the next that can be received is there. Two requests, one where it is empty.</summary>
    ValueTask<QueueLook> LookAsync(string queue, CancellationToken cancellationToken);
}
