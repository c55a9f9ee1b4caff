using Celerity.LocalRuntime.Orchestration.Store;

namespace Celerity.LocalRuntime.Tests.Orchestration;

public sealed class FileOrchestrations : OrchestrationSuite, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("celerity-");

    public void Dispose() => _folder.Delete(recursive: true);

    private protected override IOrchestrationStore OpenStore() => SqliteOrchestrationStore.OpenFile(Path.Combine(_folder.FullName, "hub.db"));
}
