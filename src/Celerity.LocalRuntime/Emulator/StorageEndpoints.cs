namespace Celerity.LocalRuntime.Emulator;

/// <summary>The loopback ports of the emulator's three services, or of the proxy in front of them.</summary>
/// <param name="BlobPort">The blob service's port.</param>
/// <param name="QueuePort">The queue service's port.</param>
/// <param name="TablePort">The table service's port.</param>
public sealed record StorageEndpoints(int BlobPort, int QueuePort, int TablePort)
{
    // The emulator's account and key are public constants of every storage SDK; they guard nothing.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>Gets the connection string that reaches all three.</summary>
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};" +
        $"BlobEndpoint=http://127.0.0.1:{BlobPort}/{Account};" +
        $"QueueEndpoint=http://127.0.0.1:{QueuePort}/{Account};" +
        $"TableEndpoint=http://127.0.0.1:{TablePort}/{Account};";
}
