using Celerity.LocalRuntime.Orchestration.Store;

namespace Celerity.LocalRuntime.Tests.Orchestration;

public sealed class MemoryOrchestrations : OrchestrationSuite
{
    private protected override IOrchestrationStore OpenStore() => SqliteOrchestrationStore.InMemory();
}
