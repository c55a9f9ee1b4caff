using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Runs of a pipeline, killed.</summary>
/// <param name="folder">A folder of its own.</param>
/// <param name="expected">How each work ends where nothing disturbs it; empty where the first one of this lane is to tell.</param>
internal sealed class RunKillLane(string folder, IReadOnlyDictionary<string, string> expected) : KillLane(folder, SettingsIn(folder))
{
    /// <summary>A run is started.</summary>
    public const string Run = "run";

    /// <summary>A run that has ended with a dead chunk is started again, as its second generation.</summary>
    public const string Retry = "retry";

    private const string Pipeline = "fragile";
    private const string ChunksQueue = "celerity-chunks";
    private const string PendingRuns = "PartitionKey eq 'pending-runs'";

    private readonly HashSet<string> _checked = [];
    private string _work = Run;
    private string? _id;

    /// <summary>Gets how each work ended undisturbed: what the run's status URL shows, and what is stored of it.</summary>
    public Dictionary<string, string> Expected { get; } = new(expected, StringComparer.Ordinal);

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
        foreach (var work in new[] { Run, Retry })
        {
            await BeginAsync(work);
            await WorkAsync();
            var (found, _) = await DescribeAsync(_id!);
            Assert.Equal(Expected.GetValueOrDefault(work, found), found);
            Expected[work] = found;
        }
    }

    protected override async Task BeginAsync(string work)
    {
        _work = work;
        _id = null;
        if (work == Retry)
        {
            _id = await StartRunAsync();
            await WaitUntilQuietAsync();
        }
    }

    protected override async Task WorkAsync()
    {
        if (_work == Retry)
        {
            await RetryAsync();
        }
        else
        {
            _id ??= await StartRunAsync();
        }

        await WaitUntilQuietAsync();
    }

    // One whose start was interrupted is started by maintenance, which is waited for at the end.
    protected override async Task SettleAsync(bool wasKilled)
    {
        if (!wasKilled || !(await Client.GetRunAsync(_id!)).GetProperty("state").ValueEquals("pending"))
        {
            await CheckAsync(_id!);
        }
    }

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

    // A client that got no answer looks whether it was heard.
    private async Task RetryAsync()
    {
        if ((await Client.GetRunAsync(_id!)).GetProperty("generation").GetInt32() == 1)
        {
            using var response = await Client.PostTextAsync($"api/runs/{_id}/retry-failed", "");
            Assert.True(response.StatusCode == HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
        }
    }

    private Task WaitUntilQuietAsync() => UntilAsync(async () => !await Client.HasOpenInstancesAsync() && await CountAsync(ChunksQueue) == 0);

    private async Task CheckAsync(string id)
    {
        if (_checked.Add(id))
        {
            var (found, generation) = await DescribeAsync(id);
            Assert.Equal(Expected[generation == 1 ? Run : Retry], found);
        }
    }

    private async Task<(string Found, int Generation)> DescribeAsync(string id)
    {
        var run = await Client.GetRunAsync(id);
        var generation = run.GetProperty("generation").GetInt32();
        var shown = new[] { "state", "progress", "failures", "result" }
            .Select(name => $"{name}: {(run.TryGetProperty(name, out var value) ? value.GetRawText() : "none")}");
        return (string.Join('\n', shown.Append(await StoredRun.DescribeAsync(ConnectionString, id, generation))), generation);
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
