using Celerity.Storage;

namespace Celerity.AzureStorage.Tests.Conformance;

/// <summary>A storage account to run the suites on.</summary>
internal interface IStorageBench
{
    ITableStore Tables { get; }

    IQueueStore Queues { get; }

    IBlobStore Blobs { get; }

    IStorageSetup Setup { get; }

    /// <summary>Opens the account, or skips the test where there is none.</summary>
    Task OpenAsync();

    Task CreateTableAsync(string name);

    Task CreateQueueAsync(string name);

    Task CreateContainerAsync(string name);

    Task RemoveBlobAsync(string container, string name);

    /// <summary>Lets the account's clock go on.</summary>
    Task PassAsync(TimeSpan span);
}
