using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Celerity.TestKit.Hosting;
using Celerity.TestKit.SampleApp;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Azure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.TestKit.Tests;

/// <summary>The ways in which an app comes by its storage clients.</summary>
public sealed class StorageOfTheAppTests
{
    private const string Emulator = "UseDevelopmentStorage=true";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RegisteredClients_OfAnyKind_ReachTheStorageInMemory()
    {
        await using var host = await StartAsync(services => services
            .AddSingleton(new QueueClient(Emulator, "work", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }))
            .AddSingleton(new BlobContainerClient(Emulator, "files"))
            .AddScoped(_ => new TableClient(Emulator, "things"))
            .AddKeyedSingleton("other", new BlobServiceClient(new Uri("https://elsewhere.blob.core.windows.net"))));
        using var scope = host.Services.CreateScope();

        await scope.ServiceProvider.GetRequiredService<QueueClient>().CreateAsync(cancellationToken: Cancel);
        await scope.ServiceProvider.GetRequiredService<QueueClient>().SendMessageAsync("text", Cancel);
        await scope.ServiceProvider.GetRequiredService<BlobContainerClient>().CreateAsync(cancellationToken: Cancel);
        await scope.ServiceProvider.GetRequiredService<TableClient>().CreateAsync(Cancel);
        await scope.ServiceProvider.GetRequiredKeyedService<BlobServiceClient>("other").CreateBlobContainerAsync("remote", cancellationToken: Cancel);

        Assert.Equal(["text"], await host.Queues.PeekAsync("work"));
        Assert.Equal(["files"], await host.Storage.CreateBlobServiceClient().GetBlobContainersAsync(cancellationToken: Cancel).Select(item => item.Name).ToListAsync(Cancel));
        Assert.Equal(["things"], await host.Storage.CreateTableServiceClient().QueryAsync(cancellationToken: Cancel).Select(item => item.Name).ToListAsync(Cancel));
    }

    [Fact]
    public async Task AddAzureClients_DefaultAndNamed_ReachTheStorageInMemory()
    {
        await using var host = await StartAsync(services => services.AddAzureClients(clients =>
        {
            clients.AddQueueServiceClient(Emulator);
            clients.AddBlobServiceClient(Emulator).WithName("files");
        }));

        await host.Services.GetRequiredService<QueueServiceClient>().CreateQueueAsync("work", cancellationToken: Cancel);
        await host.Services.GetRequiredService<IAzureClientFactory<BlobServiceClient>>().CreateClient("files").CreateBlobContainerAsync("files", cancellationToken: Cancel);

        Assert.True(await host.Storage.CreateQueueServiceClient().GetQueueClient("work").ExistsAsync(Cancel));
        Assert.True(await host.Storage.CreateBlobServiceClient().GetBlobContainerClient("files").ExistsAsync(Cancel));
    }

    [Fact]
    public async Task IdentityBasedConnection_NeedsNoIdentity()
    {
        await using var host = await StartAsync(_ => { }, options => options.Set("AzureWebJobsStorage", null).Set("AzureWebJobsStorage__accountName", "acme"));

        Assert.Equal("acme", host.Storage.AccountName);
    }

    [Fact]
    public async Task ServedConnection_ClientsThatCodeMakes_ReachTheStorageInMemory()
    {
        await using var host = await StartAsync(_ => { }, options =>
        {
            options.ServedConnections.Add("AzureWebJobsStorage");
            options.FunctionTypes.Add(typeof(TestFunctions));
            options.ConfigureServices(services => services.AddSingleton(new TestFunctions.Log(queues: null)));
        });
        var connection = host.Services.GetRequiredService<IConfiguration>()["AzureWebJobsStorage"];
        var queue = new QueueClient(connection, "notes", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var blob = new BlobClient(connection, "files", "a/b c");
        var table = new TableClient(connection, "things");

        await queue.CreateAsync(cancellationToken: Cancel);
        await queue.SendMessageAsync("over the wire", Cancel);
        await new BlobContainerClient(connection, "files").CreateAsync(cancellationToken: Cancel);
        await blob.UploadAsync(BinaryData.FromString("content"), Cancel);
        await table.CreateAsync(Cancel);
        await table.AddEntityAsync(new TableEntity("p", "r/1"), Cancel);
        await host.RunUntilIdleAsync();

        Assert.Equal(["over the wire"], host.Services.GetRequiredService<TestFunctions.Log>().Entries);
        Assert.Equal("content", (await host.Storage.CreateBlobServiceClient().GetBlobContainerClient("files").GetBlobClient("a/b c").DownloadContentAsync(Cancel)).Value.Content.ToString());
        Assert.True((await host.Storage.CreateTableServiceClient().GetTableClient("things").GetEntityIfExistsAsync<TableEntity>("p", "r/1", cancellationToken: Cancel)).HasValue);
        Assert.False(await new BlobClient(connection, "files", "missing").ExistsAsync(Cancel));
    }

    [Fact]
    public async Task ServedConnection_AfterACrash_IsThatOfTheNewProcess()
    {
        var mailer = new FakeMailer();
        await using var host = await mailer.StartAsync(options => options.ServedConnections.Add("AzureWebJobsStorage"));
        var before = host.Services.GetRequiredService<IConfiguration>()["AzureWebJobsStorage"];

        await host.CrashAsync();
        await host.Queues.SendAsync("orders", new Order("1", "ada"));
        await host.RunUntilIdleAsync();

        Assert.NotEqual(before, host.Services.GetRequiredService<IConfiguration>()["AzureWebJobsStorage"]);
        Assert.Single(mailer.Sent);
    }

    private static Task<FunctionTestHost> StartAsync(Action<IServiceCollection> register, Action<FunctionTestHostOptions>? configure = null) => FunctionTestHost.StartAsync(
        builder =>
        {
            builder.ConfigureFunctionsWebApplication();
            register(builder.Services);
        },
        options =>
        {
            configure?.Invoke(options);
            if (options.FunctionTypes.Count == 0)
            {
                options.FunctionTypes.Add(typeof(object));
            }
        });
}
