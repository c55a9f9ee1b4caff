using Azure.Identity;
using Celerity.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.AzureStorage.Tests;

public sealed class StorageConnectionTests
{
    [Theory]
    [InlineData("AzureWebJobsStorage")]
    [InlineData("ConnectionStrings:AzureWebJobsStorage")]
    public void Read_ConnectionString_IsTaken(string key) =>
        Assert.Equal("UseDevelopmentStorage=true", Read((key, "UseDevelopmentStorage=true")).ConnectionString);

    [Theory]
    [InlineData("AzureWebJobsStorage:accountName")]
    [InlineData("AzureWebJobsStorage__accountName")]
    public void Read_AccountName_GivesItsEndpointsAndAnIdentity(string key)
    {
        var connection = Read((key, "flights"));

        Assert.Null(connection.ConnectionString);
        Assert.Equal("https://flights.queue.core.windows.net/", connection.QueueEndpoint!.ToString());
        Assert.Equal("https://flights.table.core.windows.net/", connection.TableEndpoint!.ToString());
        Assert.Equal("https://flights.blob.core.windows.net/", connection.BlobEndpoint!.ToString());
        Assert.IsType<DefaultAzureCredential>(connection.Credential);
    }

    [Fact]
    public void Read_ServiceUris_AreTakenBeforeTheAccountName()
    {
        var connection = Read(
            ("AzureWebJobsStorage:accountName", "flights"),
            ("AzureWebJobsStorage:queueServiceUri", "https://flights.queue.core.usgovcloudapi.net"),
            ("AzureWebJobsStorage__blobServiceUri", "https://flights.blob.core.usgovcloudapi.net"));

        Assert.Equal("https://flights.queue.core.usgovcloudapi.net/", connection.QueueEndpoint!.ToString());
        Assert.Equal("https://flights.blob.core.usgovcloudapi.net/", connection.BlobEndpoint!.ToString());
        Assert.Equal("https://flights.table.core.windows.net/", connection.TableEndpoint!.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("3f6c0a4e-0000-0000-0000-000000000000")]
    public void Read_ManagedIdentity_IsUsedAlone(string? clientId) => Assert.IsType<ManagedIdentityCredential>(Read(
        ("AzureWebJobsStorage:accountName", "flights"),
        ("AzureWebJobsStorage:credential", "managedIdentity"),
        ("AzureWebJobsStorage:clientId", clientId)).Credential);

    [Fact]
    public void Read_OtherConnectionName_IsReadUnderThatName()
    {
        var configuration = Configuration(("AzureWebJobsStorage", "UseDevelopmentStorage=true"), ("Work__accountName", "work"));

        Assert.Equal("https://work.blob.core.windows.net/", StorageConnection.Read(configuration, "Work").BlobEndpoint!.ToString());
    }

    [Fact]
    public void Read_NothingIsSet_SaysWhatToSet()
    {
        var failure = Assert.Throws<CelerityException>(() => Read());

        Assert.Equal(ErrorCodes.StorageConnectionWrong, failure.Code);
        Assert.Contains("Set AzureWebJobsStorage to a connection string", failure.Message);
    }

    [Fact]
    public void Read_PartOfTheServiceUris_NamesTheMissingOne() => Assert.Contains(
        "AzureWebJobsStorage__tableServiceUri",
        Assert.Throws<CelerityException>(() => Read(
            ("AzureWebJobsStorage:queueServiceUri", "https://a"), ("AzureWebJobsStorage:blobServiceUri", "https://b"))).Message);

    [Theory]
    [InlineData("queueServiceUri", "flights.queue", "absolute URI")]
    [InlineData("queueServiceUri", "/flights", "http")]
    [InlineData("credential", "password", "'password'")]
    [InlineData("accountName", "Flights/..", "3 to 24")]
    public void Read_WrongValue_NamesTheKeyTheValueAndTheFix(string key, string value, string reason)
    {
        var failure = Assert.Throws<CelerityException>(() =>
            Read(key == "accountName" ? ("Unused", "") : ("AzureWebJobsStorage:accountName", "flights"), ($"AzureWebJobsStorage:{key}", value)));

        Assert.Contains($"AzureWebJobsStorage__{key}", failure.Message);
        Assert.Contains(value, failure.Message);
        Assert.Contains(reason, failure.Message);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("AccountKey=c2VjcmV0;Other=1")]
    public void StorageClients_NoConnectionString_SaysSoWithoutShowingIt(string value)
    {
        using var provider = new ServiceCollection()
            .AddCelerityAzureStorage(Configuration(("AzureWebJobsStorage", value)))
            .BuildServiceProvider();

        var failure = Assert.Throws<CelerityException>(() => provider.GetRequiredService<ITableStore>());

        Assert.Contains("AzureWebJobsStorage", failure.Message);
        Assert.DoesNotContain("c2VjcmV0", failure.ToString());
        Assert.DoesNotContain("garbage", failure.ToString());
    }

    [Fact]
    public void AddCelerityAzureStorage_Twice_RegistersEachSeamOnce()
    {
        var configuration = Configuration(("AzureWebJobsStorage", "UseDevelopmentStorage=true"));
        using var provider = new ServiceCollection().AddCelerityAzureStorage(configuration).AddCelerityAzureStorage(configuration).BuildServiceProvider();

        Assert.IsType<AzureTableStore>(Assert.Single(provider.GetServices<ITableStore>()));
        Assert.IsType<AzureQueueStore>(Assert.Single(provider.GetServices<IQueueStore>()));
        Assert.IsType<AzureBlobStore>(Assert.Single(provider.GetServices<IBlobStore>()));
        Assert.IsType<AzureStorageSetup>(Assert.Single(provider.GetServices<IStorageSetup>()));
    }

    private static StorageConnection Read(params (string Key, string? Value)[] settings) =>
        StorageConnection.Read(Configuration(settings), StorageConnection.DefaultName);

    private static IConfiguration Configuration(params (string Key, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
        .Build();
}
