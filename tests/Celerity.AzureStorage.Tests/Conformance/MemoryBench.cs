using Celerity.Storage;
using Celerity.TestKit.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Celerity.AzureStorage.Tests.Conformance;

internal sealed class MemoryBench : IStorageBench
{
    private readonly FakeTimeProvider _time = new();
    private readonly InMemoryTableStore _tables = new();
    private readonly InMemoryQueueStore _queues;
    private readonly InMemoryBlobStore _blobs = new();

    public MemoryBench()
    {
        _queues = new InMemoryQueueStore(_time);
        Setup = new InMemoryStorageSetup(_tables, _queues, _blobs);
    }

    public ITableStore Tables => _tables;

    public IQueueStore Queues => _queues;

    public IBlobStore Blobs => _blobs;

    public IStorageSetup Setup { get; }

    public Task OpenAsync() => Task.CompletedTask;

    public Task CreateTableAsync(string name) => Done(() => _tables.Create(name));

    public Task CreateQueueAsync(string name) => Done(() => _queues.Create(name));

    public Task CreateContainerAsync(string name) => Done(() => _blobs.Create(name));

    public Task RemoveBlobAsync(string container, string name) => Done(() => _blobs.Remove(container, name));

    public Task PassAsync(TimeSpan span) => Done(() => _time.Advance(span));

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
