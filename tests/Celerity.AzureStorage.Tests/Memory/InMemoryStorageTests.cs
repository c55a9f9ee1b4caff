using Celerity.Storage;
using Celerity.TestKit.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.AzureStorage.Tests.Memory;

/// <summary>What storage in memory offers beside the seams.</summary>
public sealed class InMemoryStorageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NewStorage_HoldsEverythingThatCelerityKeeps()
    {
        var storage = new InMemoryStorage();
        IQueueStore queues = storage.Queues;

        await queues.SendAsync("celerity-chunks-poison", "x", TimeSpan.Zero, Token);

        Assert.Equal(1, storage.Queues.Count("celerity-chunks-poison"));
        Assert.Equal(0, storage.Queues.Count("nowhere"));
        Assert.Equal(0, storage.Tables.Count("nowhere"));
        Assert.Empty(storage.Blobs.List("nowhere"));
    }

    [Fact]
    public async Task LoseLeases_ReceivedMessages_CanBeReceivedAtOnceAndDelayedOnesCannot()
    {
        var storage = new InMemoryStorage(new FakeTimeProvider());
        IQueueStore queues = storage.Queues;
        await queues.SendAsync(StorageNames.DefaultQueue, "held", TimeSpan.Zero, Token);
        await queues.SendAsync(StorageNames.DefaultQueue, "later", TimeSpan.FromMinutes(1), Token);
        var first = Assert.Single(await queues.ReceiveAsync(StorageNames.DefaultQueue, 32, TimeSpan.FromMinutes(5), Token));

        storage.Queues.LoseLeases(StorageNames.DefaultQueue);

        var second = Assert.Single(await queues.ReceiveAsync(StorageNames.DefaultQueue, 32, TimeSpan.FromMinutes(5), Token));
        Assert.Equal(("held", 2), (second.Body, second.DequeueCount));
        Assert.False(await queues.TryDeleteAsync(StorageNames.DefaultQueue, first, Token));
        Assert.True(await queues.TryDeleteAsync(StorageNames.DefaultQueue, second, Token));
    }

    [Fact]
    public async Task Lease_ToTheTick_EndsWhenItsTimeIsUp()
    {
        var time = new FakeTimeProvider();
        IQueueStore queues = new InMemoryStorage(time).Queues;
        await queues.SendAsync(StorageNames.DefaultQueue, "x", TimeSpan.FromSeconds(10), Token);

        time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Empty(await queues.ReceiveAsync(StorageNames.DefaultQueue, 1, TimeSpan.FromSeconds(30), Token));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Single(await queues.ReceiveAsync(StorageNames.DefaultQueue, 1, TimeSpan.FromSeconds(30), Token));
        time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.Empty(await queues.ReceiveAsync(StorageNames.DefaultQueue, 1, TimeSpan.FromSeconds(30), Token));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(2, Assert.Single(await queues.ReceiveAsync(StorageNames.DefaultQueue, 1, TimeSpan.FromSeconds(30), Token)).DequeueCount);
    }

    [Fact]
    public async Task Peek_AnyMessage_ChangesNothing()
    {
        var storage = new InMemoryStorage();
        IQueueStore queues = storage.Queues;
        await queues.SendAsync(StorageNames.DefaultQueue, "x", TimeSpan.FromDays(1), Token);

        Assert.Equal(("x", 0), storage.Queues.Peek(StorageNames.DefaultQueue).Select(item => (item.Body, item.DequeueCount)).Single());
        Assert.Equal(("x", 0), storage.Queues.Peek(StorageNames.DefaultQueue).Select(item => (item.Body, item.DequeueCount)).Single());
    }

    [Fact]
    public async Task Query_RowsChangeBetweenPages_LaterPagesShowIt()
    {
        var storage = new InMemoryStorage();
        ITableStore tables = storage.Tables;
        for (var at = 0; at < 1500; at++)
        {
            await tables.TryInsertAsync(StorageNames.LedgerTable, Row($"{at:D5}"), Token);
        }

        var keys = new List<string>();
        await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, new TableQuery("p"), Token))
        {
            if (keys.Count == 0)
            {
                await tables.TryInsertAsync(StorageNames.LedgerTable, Row("00000a"), Token);
                await tables.TryInsertAsync(StorageNames.LedgerTable, Row("99999"), Token);
            }

            keys.Add(row.RowKey);
        }

        Assert.Equal((1501, "99999"), (keys.Count, keys[^1]));
    }

    [Fact]
    public void AddInMemoryCelerityStorage_AfterOtherStorage_TakesItsPlaceAndSharesOneAccount()
    {
        using var provider = new ServiceCollection()
            .AddCelerityAzureStorage(new ConfigurationBuilder().Build())
            .AddInMemoryCelerityStorage()
            .AddInMemoryCelerityStorage()
            .BuildServiceProvider();

        var storage = provider.GetRequiredService<InMemoryStorage>();
        Assert.Same(storage.Tables, Assert.Single(provider.GetServices<ITableStore>()));
        Assert.Same(storage.Queues, Assert.Single(provider.GetServices<IQueueStore>()));
        Assert.Same(storage.Blobs, Assert.Single(provider.GetServices<IBlobStore>()));
        Assert.Same(storage.Setup, Assert.Single(provider.GetServices<IStorageSetup>()));
        Assert.Same(storage.Tables, provider.GetRequiredService<InMemoryTableStore>());
    }

    [Fact]
    public async Task AddInMemoryCelerityStorage_WithAClock_GoesByIt()
    {
        var time = new FakeTimeProvider();
        await using var provider = new ServiceCollection().AddSingleton<TimeProvider>(time).AddInMemoryCelerityStorage().BuildServiceProvider();
        var queues = provider.GetRequiredService<IQueueStore>();
        await queues.SendAsync(StorageNames.DefaultQueue, "x", TimeSpan.FromDays(1), Token);

        time.Advance(TimeSpan.FromDays(1));

        Assert.Single(await queues.ReceiveAsync(StorageNames.DefaultQueue, 1, TimeSpan.FromSeconds(30), Token));
    }

    private static TableRow Row(string rowKey) => new("p", rowKey, new Dictionary<string, object>());
}
