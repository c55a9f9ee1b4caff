namespace Celerity.AzureStorage.Tests.Conformance;

/// <summary>The suites over the client libraries and the storage emulator.</summary>
public static class OverAzurite
{
    public sealed class TableStore(AzuriteFixture azurite) : TableStoreConformance(new AzuriteBench(azurite));

    public sealed class TableValues(AzuriteFixture azurite) : TableValuesConformance(new AzuriteBench(azurite));

    public sealed class TableTransactions(AzuriteFixture azurite) : TableTransactionConformance(new AzuriteBench(azurite));

    public sealed class TableQueries(AzuriteFixture azurite) : TableQueryConformance(new AzuriteBench(azurite));

    public sealed class QueueStore(AzuriteFixture azurite) : QueueStoreConformance(new AzuriteBench(azurite));

    public sealed class BlobStore(AzuriteFixture azurite) : BlobStoreConformance(new AzuriteBench(azurite));

    public sealed class StorageSetup(AzuriteFixture azurite) : StorageSetupConformance(new AzuriteBench(azurite));
}
