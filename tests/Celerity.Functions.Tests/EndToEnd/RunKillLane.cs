using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Runs of a pipeline, killed.</summary>
/// <param name="folder">A folder of its own.</param>
/// <param name="expected">How an undisturbed run ends; <see langword="null"/> where the first one of this lane is to tell.</param>
internal sealed class RunKillLane(string folder, string? expected) : KillLane(folder, SettingsIn(folder))
{
    /// <summary>The only work there is.</summary>
    public const string Run = "run";

    private const string Pipeline = "fragile";
    private const string ChunksQueue = "celerity-chunks";
    private const string PendingRuns = "PartitionKey eq 'pending-runs'";

    private readonly HashSet<string> _checked = [];
    private string? _id;

    /// <summary>Gets how an undisturbed run ended: what its status URL shows, and what is stored of it.</summary>
    public string Expected { get; private set; } = expected ?? "";

    private string FailOnce => Path.Combine(Folder, "fail-once");

    /// <summary>Checks what is to be seen only at the end: no run is left, no poison, no long history.</summary>
    public override async Task FinishAsync()
    {
        await StartPendingRunsAsync();
        await WaitUntilQuietAsync();
        foreach (var id in await ListRunsAsync())
        {
            await CheckAsync(id);
        }

        await foreach (var queue in new QueueServiceClient(ConnectionString).GetQueuesAsync())
        {
            Assert.True(await CountAsync(queue.Name) == 0, $"{queue.Name} is not empty.");
        }

        Assert.InRange(await LongestHistoryAsync(), 1, 60);
    }

    protected override Task PrepareAsync() => AppBench.UploadAsync(ConnectionString, FragileData.Blob, FragileData.Csv());

    protected override async Task WarmUpAsync()
    {
        await WorkAsync();
        var found = await DescribeAsync(_id!);
        Expected = Expected.Length == 0 ? found : Expected;
        Assert.Equal(Expected, found);
    }

    protected override Task BeginAsync(string work)
    {
        _id = null;
        return Task.CompletedTask;
    }

    protected override async Task WorkAsync()
    {
        _id ??= await StartRunAsync();
        await WaitUntilQuietAsync();
    }

    protected override Task SettleAsync(bool wasKilled) => CheckAsync(_id!);

    private static Dictionary<string, string> SettingsIn(string folder) => new(FragileData.Settings)
    {
        ["FRAGILE_FAIL_ONCE_FILE"] = Path.Combine(folder, "fail-once"),
        ["Celerity__Stages__WatchInterval"] = "00:00:02",
    };

    private async Task<string> StartRunAsync()
    {
        await File.WriteAllTextAsync(FailOnce, "");
        return await Client.StartAsync(FragileData.Request, Pipeline);
    }

    private Task WaitUntilQuietAsync() => UntilAsync(async () => !await Client.HasOpenInstancesAsync() && await CountAsync(ChunksQueue) == 0);

    private async Task CheckAsync(string id)
    {
        if (_checked.Add(id))
        {
            Assert.Equal(Expected, await DescribeAsync(id));
        }
    }

    private async Task<string> DescribeAsync(string id)
    {
        var run = await Client.GetRunAsync(id);
        var shown = new[] { "state", "progress", "failures", "result" }
            .Select(name => $"{name}: {(run.TryGetProperty(name, out var value) ? value.GetRawText() : "none")}");
        return string.Join('\n', shown.Append(await StoredRun.DescribeAsync(ConnectionString, id)));
    }

    // A run whose start was interrupted is started by the maintenance when it is a minute old.
    private Task StartPendingRunsAsync()
    {
        var control = new TableClient(ConnectionString, "CelerityControl");
        return UntilAsync(
            async () =>
            {
                var isAnyLeft = await control.QueryAsync<TableEntity>(PendingRuns).AnyAsync();
                if (isAnyLeft)
                {
                    await MaintainAsync();
                }

                return !isAnyLeft;
            },
            TimeSpan.FromSeconds(1));
    }

    private async Task<IReadOnlyList<string>> ListRunsAsync()
    {
        var ids = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = JsonDocument.Parse(await Client.GetTextAsync($"api/runs?after={after}")).RootElement;
            ids.AddRange(page.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("id").GetString()!));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        return ids;
    }

    private async Task<long> LongestHistoryAsync()
    {
        await using var store = new SqliteConnection($"Data Source={Path.Combine(Folder, "Celerity.db")};Mode=ReadOnly;Pooling=False");
        await store.OpenAsync();
        await using var query = store.CreateCommand();
        query.CommandText = "SELECT MAX(HistoryPeak) FROM Instances";
        return (long)(await query.ExecuteScalarAsync())!;
    }
}
