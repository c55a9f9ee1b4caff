using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Celerity.LocalRuntime.Emulator;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>
/// A storage emulator of its own and, one after the other, the processes of the app that work on it. Each finishes the run in which the one
/// before it was killed, and is then killed in the next run: one start a kill.
/// </summary>
internal sealed class KillLane : IAsyncDisposable
{
    private const string Pipeline = "fragile";
    private const string ChunksQueue = "celerity-chunks";
    private const string PendingRuns = "PartitionKey eq 'pending-runs'";

    // Names no call: nothing is killed, and the calls are written down.
    private const string RecordOnly = "record";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly Azurite _azurite;
    private readonly string _folder;
    private readonly HashSet<string> _checked = [];
    private AppProcess _app;
    private RunClient _client;

    private KillLane(Azurite azurite, string folder, AppProcess app, RunClient client) =>
        (_azurite, _folder, _app, _client) = (azurite, folder, app, client);

    /// <summary>Gets how an undisturbed run ended: what its status URL shows, and what is stored of it.</summary>
    public string Expected { get; private set; } = "";

    public string Output => _app.Output;

    private string Armed => Path.Combine(_folder, "armed");

    private string Calls => Path.Combine(_folder, "calls");

    private string FailOnce => Path.Combine(_folder, "fail-once");

    /// <summary>Starts storage and app, and runs once without disturbance.</summary>
    /// <exception cref="EmulatorMissingException">The emulator cannot run here.</exception>
    public static async Task<KillLane> StartAsync(string folder)
    {
        var azurite = await Azurite.StartAsync(Path.Combine(folder, "azurite"), CancellationToken.None);
        await AppBench.UploadAsync(azurite.ConnectionString, FragileData.Blob, FragileData.Csv());
        var (app, client) = await StartAppAsync(azurite, folder);
        var lane = new KillLane(azurite, folder, app, client);
        var id = await lane.StartRunAsync();
        await lane.WaitUntilQuietAsync();
        lane.Expected = await lane.DescribeAsync(id);
        return lane;
    }

    /// <summary>Runs once without disturbance and lists the calls that it makes, <c>GET /path|2</c>.</summary>
    public async Task<IReadOnlyList<string>> RecordAsync()
    {
        Arm(RecordOnly);
        var id = await StartRunAsync();
        await WaitUntilQuietAsync();
        Disarm();
        await CheckAsync(id);
        return await File.ReadAllLinesAsync(Calls);
    }

    /// <summary>Kills the app around one call of a run; the next process finishes it. Throws where the run does not end as it should.</summary>
    /// <returns>Whether the call came.</returns>
    public async Task<bool> KillAsync(string call, string moment)
    {
        Arm($"{call}|{moment}");
        var id = await TryStartRunAsync();
        try
        {
            await WaitUntilQuietAsync();
            if (File.Exists(Calls) && (await File.ReadAllLinesAsync(Calls)).Contains(call))
            {
                await _app.Exited.WaitAsync(Patience);
            }
        }
        catch (HttpRequestException)
        {
            await _app.Exited.WaitAsync(Patience);
        }

        Disarm();
        var killed = _app.HasExited;
        if (killed)
        {
            await StopAppAsync();
            (_app, _client) = await StartAppAsync(_azurite, _folder);
        }

        // A client that got no answer asks again.
        id ??= await StartRunAsync();
        await WaitUntilQuietAsync();
        await CheckAsync(id);
        return killed;
    }

    /// <summary>Checks what is to be seen only at the end: no run is left, no poison, no long history.</summary>
    public async Task FinishAsync()
    {
        await StartPendingRunsAsync();
        await WaitUntilQuietAsync();
        foreach (var id in await ListRunsAsync())
        {
            await CheckAsync(id);
        }

        await foreach (var queue in new QueueServiceClient(_azurite.ConnectionString).GetQueuesAsync())
        {
            Assert.True(await CountAsync(queue.Name) == 0, $"{queue.Name} is not empty.");
        }

        Assert.InRange(await LongestHistoryAsync(), 1, 60);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAppAsync();
        await _azurite.DisposeAsync();
    }

    private static async Task<(AppProcess App, RunClient Client)> StartAppAsync(Azurite azurite, string folder)
    {
        var settings = new Dictionary<string, string>(FragileData.Settings)
        {
            ["DOTNET_STARTUP_HOOKS"] = Path.Combine(AppContext.BaseDirectory, "Celerity.KillSwitch.dll"),
            ["CELERITY_KILL_SWITCH"] = folder,
            ["FRAGILE_FAIL_ONCE_FILE"] = Path.Combine(folder, "fail-once"),
            ["Celerity__Stages__WatchInterval"] = "00:00:02",

            // A process lives for seconds: code that is compiled a second time, and better, costs more than it gives.
            ["DOTNET_TC_CallCounting"] = "0",

            // Its calls come at their own time; at the end it is asked for.
            ["AzureWebJobs_CelerityMaintain_Disabled"] = "true",
        };
        var app = AppProcess.Start(azurite.ConnectionString, folder, settings, "tests/Celerity.FragileApp");
        var client = await AppBench.ConnectAsync(app);
        await client.WaitUntilReadyAsync();
        return (app, client);
    }

    private async Task StopAppAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    // As a whole: the app reads it at any moment.
    private void Arm(string text)
    {
        File.Delete(Calls);
        File.WriteAllText(Armed + ".tmp", text);
        File.Move(Armed + ".tmp", Armed, overwrite: true);
    }

    private void Disarm() => File.Delete(Armed);

    private async Task<string> StartRunAsync()
    {
        await File.WriteAllTextAsync(FailOnce, "");
        return await _client.StartAsync(FragileData.Request, Pipeline);
    }

    private async Task<string?> TryStartRunAsync()
    {
        try
        {
            return await StartRunAsync();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    // Neither asks the app's storage for anything: that would mix with the calls of the run.
    private async Task WaitUntilQuietAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(Interval);
        while (await _client.HasOpenInstancesAsync() || await CountAsync(ChunksQueue) > 0)
        {
            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    private async Task<int> CountAsync(string queue) =>
        (await new QueueClient(_azurite.ConnectionString, queue).GetPropertiesAsync()).Value.ApproximateMessagesCount;

    private async Task CheckAsync(string id)
    {
        if (_checked.Add(id))
        {
            Assert.Equal(Expected, await DescribeAsync(id));
        }
    }

    private async Task<string> DescribeAsync(string id)
    {
        var run = await _client.GetRunAsync(id);
        var shown = new[] { "state", "progress", "failures", "result" }
            .Select(name => $"{name}: {(run.TryGetProperty(name, out var value) ? value.GetRawText() : "none")}");
        return string.Join('\n', shown.Append(await StoredRun.DescribeAsync(_azurite.ConnectionString, id)));
    }

    // A run whose start was interrupted is started by the maintenance when it is a minute old.
    private async Task StartPendingRunsAsync()
    {
        using var timeout = new CancellationTokenSource(2 * Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var control = new TableClient(_azurite.ConnectionString, "CelerityControl");
        while ((await control.QueryAsync<TableEntity>(PendingRuns).ToListAsync()).Count > 0)
        {
            using var accepted = await _client.PostAsync("admin/functions/CelerityMaintain", new { });
            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    private async Task<IReadOnlyList<string>> ListRunsAsync()
    {
        var ids = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = JsonDocument.Parse(await _client.GetTextAsync($"api/runs?after={after}")).RootElement;
            ids.AddRange(page.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("id").GetString()!));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        return ids;
    }

    private async Task<long> LongestHistoryAsync()
    {
        await using var store = new SqliteConnection($"Data Source={Path.Combine(_folder, "Celerity.db")};Mode=ReadOnly;Pooling=False");
        await store.OpenAsync();
        await using var query = store.CreateCommand();
        query.CommandText = "SELECT MAX(HistoryPeak) FROM Instances";
        return (long)(await query.ExecuteScalarAsync())!;
    }
}
