using Celerity.TestKit.Hosting.Time;
namespace Celerity.TestKit.Hosting.Storage.Blobs;
internal sealed class MemoryBlobService(VirtualClock clock) : IMemoryService
{
    public (string Operation, string Resource) Describe(StorageRequest request) => ("Unknown", clock.GetUtcNow().ToString());
    public StorageResponse Handle(StorageRequest request, string operation, string resource) => throw StorageError.NotThere("x");
    public StorageResponse Refuse(StorageError error) => error.ToXml();
}
