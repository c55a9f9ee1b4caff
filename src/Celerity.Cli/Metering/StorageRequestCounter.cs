using System.Collections.Concurrent;

namespace Celerity.Cli.Metering;

internal sealed class StorageRequestCounter
{
    private readonly ConcurrentDictionary<(string Kind, string Target), long> _counts = new();

    public void Add(string kind, string target) => _counts.AddOrUpdate((kind, target), 1, (_, count) => count + 1);

    public StorageRequests Read() => StorageRequests.Of(_counts);
}
