namespace Celerity.TestKit.Hosting.Storage;

/// <summary>A storage service in memory. Every call is atomic.</summary>
internal interface IMemoryService
{
    /// <summary>Names what a request does, as the service's documentation does, and the queue, container or table it is about.</summary>
    (string Operation, string Resource) Describe(StorageRequest request);

    /// <summary>Does what is asked, and tells of it before anybody sees the effect.</summary>
    /// <exception cref="StorageError">The service refuses.</exception>
    StorageResponse Handle(StorageRequest request, string operation, string resource, Action<StorageResponse> done);

    /// <summary>Tells whoever waits for it of what a request has changed, after the transcript.</summary>
    void Announce(StorageRequest request, string operation, string resource)
    {
    }

    /// <summary>Writes a refusal the way this service does.</summary>
    StorageResponse Refuse(StorageError error);
}
