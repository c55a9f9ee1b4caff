using System.Collections.Concurrent;

namespace Celerity.Cli.Metering;

internal sealed class StorageRequestCounter
{
    private readonly ConcurrentDictionary<string, long> _counts = new();

    public void Add(string kind) => _counts.AddOrUpdate(kind, 1, (_, count) => count + 1);

    public StorageRequests Read() => StorageRequests.Of(_counts);
}
