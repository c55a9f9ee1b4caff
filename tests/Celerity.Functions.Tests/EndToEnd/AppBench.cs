using System.Text;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>An Azurite with a small dataset, and what starts the app against it.</summary>
public sealed class AppBench : IAsyncLifetime
{
    internal const int Records = 1000;

    private readonly string _folder = Directory.CreateTempSubdirectory("celerity-").FullName;
    private Azurite? _azurite;
    private string? _missing;

    internal const string Dataset = "flights.csv";

    internal bool HasAzurite => _azurite is not null;

    internal string ConnectionString => _azurite!.ConnectionString;

    internal StorageEndpoints Endpoints => _azurite!.Endpoints;

    public async ValueTask InitializeAsync()
    {
        try
        {
            _azurite = await Azurite.StartAsync(Path.Combine(_folder, "azurite"), CancellationToken.None);
        }
        catch (EmulatorMissingException exception)
        {
            _missing = exception.Message;
            return;
        }

        await UploadAsync(Dataset, Flights(Records));
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    internal static async Task UploadAsync(string connectionString, string blob, string content)
    {
        var container = new BlobContainerClient(connectionString, "datasets");
        await container.CreateIfNotExistsAsync();
        await container.GetBlobClient(blob).UploadAsync(BinaryData.FromString(content), overwrite: true);
    }

    /// <summary>Waits for so many messages, and puts two of each back, the last one first.</summary>
    internal static async Task DoubleMessagesAsync(string connectionString, string queueName, int count)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var queue = new QueueClient(connectionString, queueName);
        var messages = new List<QueueMessage>();
        while (messages.Count < count)
        {
            messages.AddRange((await queue.ReceiveMessagesAsync(32, TimeSpan.FromMinutes(10), timeout.Token)).Value);
            await timer.WaitForNextTickAsync(timeout.Token);
        }

        messages.Reverse();
        foreach (var message in messages.Concat(messages))
        {
            await queue.SendMessageAsync(message.MessageText, timeout.Token);
        }

        foreach (var message in messages)
        {
            await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, timeout.Token);
        }
    }

    /// <summary>Waits until a queue holds no message, hidden ones included.</summary>
    internal static async Task WaitUntilEmptyAsync(string connectionString, string queue, TimeSpan? patience = null)
    {
        using var timeout = new CancellationTokenSource(patience ?? TimeSpan.FromMinutes(5));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var client = new QueueClient(connectionString, queue);
        while ((await client.GetPropertiesAsync(timeout.Token)).Value.ApproximateMessagesCount > 0)
        {
            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    internal Task UploadAsync(string blob, string content) => UploadAsync(ConnectionString, blob, content);

    /// <summary>Waits until tasks have ended, as their control rows say.</summary>
    internal async Task<IReadOnlyList<string>> WaitForTasksAsync(params string[] ids)
    {
        var rows = await WaitAsync("CelerityTasks", rows => ids.All(id => rows.Any(row => EndOf(row, id) is not null)));
        return [.. ids.Select(id => rows.Select(row => EndOf(row, id)).First(end => end is not null)!)];
    }

    internal async Task<IReadOnlyList<string>> WaitForDeadLettersAsync(int count) =>
        [.. (await WaitAsync("CelerityDeadLetters", rows => rows.Count(row => row.ContainsKey("id")) >= count)).Where(row => row.ContainsKey("id")).Select(row => string.Join(' ', row.Select(property => property.Value)))];

    internal static string Flights(int records)
    {
        var csv = new StringBuilder("date,delay,distance,origin,destination\n");
        for (var index = 0; index < records; index++)
        {
            csv.Append(FormattableString.Invariant($"2001-{1 + (index % 12):D2}-05T10:00:00,{(index * 37 % 120) - 20},300,A{index % 7},B\n"));
        }

        return csv.ToString();
    }

    private static string? EndOf(TableEntity row, string id) =>
        row.RowKey == id + ":control" && row.ContainsKey("endedAt") ? row.GetString("state") : null;

    // A task has no URL to ask yet; its rows are what there is to look at.
    private async Task<List<TableEntity>> WaitAsync(string table, Func<List<TableEntity>, bool> isDone)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var client = new TableClient(ConnectionString, table);
        while (true)
        {
            var rows = await client.QueryAsync<TableEntity>(cancellationToken: timeout.Token).ToListAsync(timeout.Token);
            if (isDone(rows))
            {
                return rows;
            }

            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    internal void SkipWithoutAzurite() => Assert.SkipWhen(_missing is not null, _missing ?? "");

    internal string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;

    internal AppProcess StartApp(string folder, Dictionary<string, string>? settings = null)
    {
        settings ??= [];
        settings.TryAdd("Celerity__Stages__WatchInterval", "00:00:05");
        return AppProcess.Start(ConnectionString, folder, settings);
    }

    internal static async Task<RunClient> ConnectAsync(AppProcess app)
    {
        var address = await app.AddressAsync();
        Assert.True(address is not null, app.Output);
        return new RunClient(address!);
    }
}
