using Celerity.LocalRuntime.Orchestration.Store;

namespace Celerity.LocalRuntime.Tests.Orchestration;

internal static class StoreExtensions
{
    public static ClaimedInstance? ClaimInstance(this IOrchestrationStore store, string ownerId, DateTimeOffset now) =>
        store.ClaimInstances(ownerId, now, 1) is [var claim] ? claim : null;
}
