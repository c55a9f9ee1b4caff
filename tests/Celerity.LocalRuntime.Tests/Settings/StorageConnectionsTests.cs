using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Settings;

public sealed class StorageConnectionsTests
{
    private const string AccountA = "DefaultEndpointsProtocol=https;AccountName=aaa;AccountKey=AAAA;EndpointSuffix=core.windows.net";
    private const string AccountB = "DefaultEndpointsProtocol=https;AccountName=bbb;AccountKey=AAAA;EndpointSuffix=core.windows.net";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Storage")]
    [InlineData("AzureWebJobsStorage")]
    public void Queues_DefaultConnection_IsAzureWebJobsStorage(string? name) =>
        Assert.Equal("https://aaa.queue.core.windows.net/", Connections(("AzureWebJobsStorage", AccountA)).Queues(name).Uri.ToString());

    [Fact]
    public void Queues_PrefixedName_WinsOverThePlainOne() =>
        Assert.Equal("bbb", Connections(("X", AccountA), ("AzureWebJobsX", AccountB)).Queues("X").AccountName);

    [Fact]
    public void Queues_ConnectionStringsSection_IsLookedAtToo() =>
        Assert.Equal("bbb", Connections(("ConnectionStrings:X", AccountB)).Queues("X").AccountName);

    [Theory]
    [InlineData("X:queueServiceUri", "https://q.example.net", "https://q.example.net/", null)]
    [InlineData("X:serviceUri", "https://s.example.net", "https://s.example.net/", "https://s.example.net/")]
    [InlineData("X:accountName", "ccc", "https://ccc.queue.core.windows.net/", "https://ccc.blob.core.windows.net/")]
    public void Queues_Identity_TakesTheServiceAddress(string key, string value, string queue, string? blob)
    {
        var connections = Connections((key, value));

        Assert.Equal(queue, connections.Queues("X").Uri.ToString());
        if (blob is not null)
        {
            Assert.Equal(blob, connections.Blobs("X").Uri.ToString());
        }
    }

    [Fact]
    public void Queues_SameName_IsTheSameClient()
    {
        var connections = Connections(("X", AccountA));

        Assert.Same(connections.Queues("X"), connections.Queues("x"));
    }

    [Theory]
    [InlineData("Y", "UseDevelopmentStorage=true", "\"X\" is not set")]
    [InlineData("X", "nonsense", "\"X\" is not a valid connection string")]
    [InlineData("X:queueServiceUri", "no address", "no absolute URI")]
    [InlineData("X:clientId", "some", "has no queue service")]
    public void Queues_Unusable_NamesTheConnection(string key, string value, string expected) =>
        Assert.Contains(expected, Assert.Throws<LocalStartException>(() => Connections((key, value)).Queues("X")).Message);

    private static StorageConnections Connections(params (string Key, string Value)[] settings) =>
        new(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build());
}
