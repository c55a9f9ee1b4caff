using Celerity.LocalRuntime.Orchestration.Store;
using Celerity.TestKit.Hosting.Faults;
using Celerity.TestKit.Hosting.Storage;
using Celerity.TestKit.Hosting.Storage.Blobs;
using Celerity.TestKit.Hosting.Storage.Queues;
using Celerity.TestKit.Hosting.Storage.Tables;
using Celerity.TestKit.Hosting.Time;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>What outlives a process of the app: time, storage, orchestrations, and what the test has planned and seen.</summary>
internal sealed class TestWorld : IAsyncDisposable
{
    public TestWorld(FunctionTestHostOptions options)
    {
        Options = options;
        Clock = new VirtualClock(options.StartsAt);
        Transcript = new Transcript(Clock, options.Output);
        Queues = new MemoryQueueService(Clock);
        Blobs = new MemoryBlobService(Clock);
        Tables = new MemoryTableService(Clock);
    }

    public FunctionTestHostOptions Options { get; }

    public VirtualClock Clock { get; }

    public Transcript Transcript { get; }

    public HostFaults Faults { get; } = new();

    public MemoryQueueService Queues { get; }

    public MemoryBlobService Blobs { get; }

    public MemoryTableService Tables { get; }

    public IOrchestrationStore Orchestrations { get; } = SqliteOrchestrationStore.InMemory();

    /// <summary>Gets or sets the storage's server, if it has one.</summary>
    public StorageServer? Server { get; set; }

    /// <summary>Gets the folder for what the runtime keeps; nobody else has it.</summary>
    public DirectoryInfo StateFolder { get; } = Directory.CreateTempSubdirectory("celerity-test-");

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync().ConfigureAwait(false);
        }

        Orchestrations.Dispose();
        StateFolder.Delete(recursive: true);
    }
}
