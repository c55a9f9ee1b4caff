using Azure.Core.Pipeline;

namespace Celerity.LocalRuntime.Settings;

/// <summary>What carries the storage requests of the runtime instead of the network, when registered: storage in memory, for tests.</summary>
/// <param name="Queues">Carries requests to queues.</param>
/// <param name="Blobs">Carries requests to blobs.</param>
internal sealed record StorageTransport(HttpPipelineTransport Queues, HttpPipelineTransport Blobs);
