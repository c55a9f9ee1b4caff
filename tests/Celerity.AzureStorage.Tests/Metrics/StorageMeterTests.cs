using System.Diagnostics.Metrics;
using Celerity.AzureStorage.Tests.Transport;
using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Metrics;

/// <summary>Each request is counted under a name that people know it by, tries that nobody answered as well.</summary>
public sealed class StorageMeterTests(AzuriteFixture azurite) : TransportSuite(azurite)
{
    private readonly List<string> _counted = [];

    [Fact]
    public async Task Requests_OfEachKind_AreCountedByTheirNames()
    {
        using var listener = Listen();
        await Queues.SendAsync(Queue, "x", TimeSpan.Zero, Token);
        var items = await Queues.ReceiveAsync(Queue, 1, TimeSpan.FromMinutes(1), Token);
        await Queues.TryDeleteAsync(Queue, items[0], Token);
        await Queues.CountAsync(Queue, Token);
        Assert.Equal(["queue send 201", "queue receive 200", "queue delete 204", "queue properties 200"], Take());

        var etag = await Tables.TryInsertAsync(Table, Row("r", 1), Token);
        await Tables.TryInsertAllAsync(Table, [Row("s", 1), Row("t", 1)], Token);
        await Tables.FindAsync(Table, "p", "none", Token);
        etag = await Tables.TryReplaceAsync(Table, Row("r", 2), etag!, Token);
        await Tables.QueryAsync(Table, new TableQuery("p"), Token).CountAsync(Token);
        await Tables.TryDeleteAsync(Table, "p", "r", etag!, Token);
        Assert.Equal(["table insert 204", "table transaction 202", "table get 404", "table update 204", "table query 200", "table delete 204"], Take());

        await Blobs.WriteAsync(Container, "b", new byte[10], Token);
        await (await Blobs.OpenReadAsync(Container, "b", 0, null, null, Token)).DisposeAsync();
        await Blobs.FindAsync(Container, "b", Token);
        await Blobs.ListAsync(Container, "b", Token).CountAsync(Token);
        await Blobs.TryDeleteAsync(Container, "b", Token);
        Assert.Equal(["blob put 201", "blob get 200", "blob properties 200", "blob list 200", "blob delete 202"], Take());
    }

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == Meter && instrument.Name == "celerity.storage.requests")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => _counted.Add(string.Join(' ', tags.ToArray().Select(tag => tag.Value))));
        listener.Start();
        return listener;
    }

    private List<string> Take()
    {
        var taken = _counted.ToList();
        _counted.Clear();
        return taken;
    }
}
