using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Conformance;

/// <summary>What every storage set-up does.</summary>
public abstract class StorageSetupConformance
{
    private readonly IStorageBench _bench;

    private protected StorageSetupConformance(IStorageBench bench) => _bench = bench;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ensure_AfterIt_EveryNamedQueueTableAndContainerIsThere()
    {
        await _bench.OpenAsync();

        await _bench.Setup.EnsureAsync(Token);

        foreach (var queue in StorageNames.WorkQueues.SelectMany(queue => new[] { queue, $"{queue}-held", $"{queue}-poison" }))
        {
            await _bench.Queues.SendAsync(queue, "x", TimeSpan.Zero, Token);
        }

        foreach (var table in StorageNames.Tables)
        {
            Assert.Null(await _bench.Tables.FindAsync(table, "none", "none", Token));
        }

        foreach (var container in StorageNames.Containers)
        {
            await _bench.Blobs.WriteAsync(container, "there", new byte[] { 1 }, Token);
        }
    }

    [Fact]
    public async Task Ensure_Again_LeavesWhatIsThere()
    {
        await _bench.OpenAsync();
        await _bench.Setup.EnsureAsync(Token);
        var key = $"{Guid.NewGuid():N}";
        await _bench.Tables.TryInsertAsync(StorageNames.ControlTable, new TableRow(key, key, new Dictionary<string, object>()), Token);
        await _bench.Blobs.WriteAsync(StorageNames.PayloadsContainer, key, new byte[] { 1 }, Token);

        await _bench.Setup.EnsureAsync(Token);

        Assert.NotNull(await _bench.Tables.FindAsync(StorageNames.ControlTable, key, key, Token));
        Assert.NotNull(await _bench.Blobs.FindAsync(StorageNames.PayloadsContainer, key, Token));
    }

    [Fact]
    public async Task Ensure_SeveralAtOnce_AllSucceed()
    {
        await _bench.OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _bench.Setup.EnsureAsync(Token).AsTask()));
    }
}
