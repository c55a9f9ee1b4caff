namespace Celerity.AzureStorage.Tests.Conformance;

/// <summary>The suites over storage in memory.</summary>
public static class OverMemory
{
    public sealed class TableStore() : TableStoreConformance(new MemoryBench());

    public sealed class TableValues() : TableValuesConformance(new MemoryBench());

    public sealed class TableTransactions() : TableTransactionConformance(new MemoryBench());

    public sealed class TableQueries() : TableQueryConformance(new MemoryBench());

    public sealed class QueueStore() : QueueStoreConformance(new MemoryBench());

    public sealed class BlobStore() : BlobStoreConformance(new MemoryBench());

    public sealed class StorageSetup() : StorageSetupConformance(new MemoryBench());
}
