using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Operations on runs, killed.</summary>
/// <param name="folder">A folder of its own.</param>
/// <param name="expected">How each operation ends where nothing disturbs it, by its name; filled by the first lane that makes it.</param>
internal sealed class RunKillLane(string folder, Dictionary<string, string> expected) : KillLane(folder, SettingsIn(folder))
{
    public const string Chunks = "celerity-chunks";

    public const string Held = "celerity-chunks-held";

    private const string Tasks = "celerity-default";

    // Of what was interrupted: starts of runs, sends, groups, and looks through what is held.
    private const string Notes = "PartitionKey eq 'pending-runs' or (PartitionKey ge 'sends-' and PartitionKey lt 'sends.') or PartitionKey eq 'open-groups'"
        + " or (PartitionKey eq 'controls' and RowKey ge 'Refill:' and RowKey lt 'Refill;')";

    // Long enough for each of these, and too short for the watch of a stage to send anything again.
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(2);

    // How many looks come between two rounds of maintenance.
    private const int LooksPerRound = 20;

    // After how many a step that waits for tasks looks after them itself: longer than a dead process's message stays hidden.
    private const int LooksUntilWatched = 80;

    private int _operations;
    private RunOperation? _operation;
    private bool _hasBegun;
    private bool _isAgain;

    /// <summary>Gets the file that makes a chunk fail, the first time.</summary>
    public string FailOnceFile => FailOnceIn(Folder);

    /// <summary>Makes a word by which what the operation does is found again.</summary>
    public string NewMark() => $"o{++_operations}";

    /// <summary>Checks what is to be seen only at the end: no queue holds anything, and no history is long.</summary>
    public override async Task FinishAsync()
    {
        await foreach (var queue in new QueueServiceClient(ConnectionString).GetQueuesAsync())
        {
            Assert.True(await CountAsync(queue.Name) == 0, $"{queue.Name} is not empty.");
        }

        Assert.InRange(await LongestHistoryAsync(), 1, 60);
    }

    /// <summary>Asks for something, as a client does.</summary>
    /// <returns>The answer, where it is one of those that are expected.</returns>
    public async Task<JsonElement> AskAsync(HttpMethod method, string path, object? body, params HttpStatusCode[] expected)
    {
        using var response = await Client.SendAsync(method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        NoteAnswer();
        Assert.True(expected.Contains(response.StatusCode), $"{method} {path}: {response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Starts a run.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> StartAsync(string pipeline, object request, string query = "") =>
        (await AskAsync(HttpMethod.Post, $"api/pipelines/{pipeline}?{query}", request, HttpStatusCode.Accepted)).GetProperty("id").GetString()!;

    /// <summary>Starts a run, and waits until the second chunk of its slice runs: it does so until it is let go, or cancelled.</summary>
    public async Task<string> StartWaitingAsync()
    {
        var reached = $"{WaitIn(Folder)}-reached";
        File.Delete(reached);
        await File.WriteAllTextAsync(WaitIn(Folder), "");
        var id = await StartAsync("fragile", FragileData.RequestOf(FragileData.WaitBlob));
        await UntilAsync(() => Task.FromResult(File.Exists(reached)));
        return id;
    }

    /// <summary>Lets the chunk end that waits.</summary>
    public void LetGo() => File.Delete(WaitIn(Folder));

    /// <summary>Waits until no orchestration is open and no message is left.</summary>
    public Task WaitUntilQuietAsync() => WaitAsync(async () =>
        !await Client.HasOpenInstancesAsync() && await CountAsync(Chunks) == 0 && await CountAsync(Held) == 0 && await CountAsync(Tasks) == 0);

    /// <summary>Waits until a run has asked a person.</summary>
    public Task WaitUntilAskedAsync(string run) => WaitAsync(async () =>
        await Table("CelerityRuns").QueryAsync<TableEntity>("name eq 'go'").AnyAsync(row => row.RowKey.Contains(run, StringComparison.Ordinal)));

    /// <summary>Lets so much time pass and the maintenance run until something holds.</summary>
    public Task MaintainUntilAsync(TimeSpan later, Func<Task<bool>> holds)
    {
        Advance(later);
        var looks = 0;
        return UntilAsync(async () =>
        {
            if (await holds())
            {
                return true;
            }

            if (looks++ % (LooksPerRound * 5) == 0)
            {
                await MaintainAsync();
            }

            return false;
        });
    }

    /// <summary>Whether a note of something interrupted is left for the maintenance.</summary>
    public ValueTask<bool> IsAnyNoteLeftAsync() => Table("CelerityControl").QueryAsync<TableEntity>(Notes).AnyAsync();

    /// <summary>Lists the runs of a tag.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string tag) =>
        [.. JsonDocument.Parse(await Client.GetTextAsync($"api/runs?tag={tag}")).RootElement.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("id").GetString()!)];

    /// <summary>Tells how a run has ended: what its status URL shows, and what is stored of it.</summary>
    public async Task<string> DescribeAsync(string id)
    {
        var run = await Client.GetRunAsync(id);
        var shown = new[] { "state", "generation", "progress", "failures", "error", "result" }
            .Select(name => $"{name}: {(run.TryGetProperty(name, out var value) ? value.GetRawText() : "none")}".Replace(id, "", StringComparison.Ordinal));
        return string.Join('\n', shown.Append(await StoredRun.DescribeAsync(ConnectionString, id, run.GetProperty("generation").GetInt32())));
    }

    /// <summary>Tells how the tasks of a mark have ended. None may have run more often than it crashed and was tried.</summary>
    public async Task<string> DescribeTasksAsync(string mark)
    {
        var told = new List<string>();
        var attempts = (await File.ReadAllLinesAsync(AttemptsFile)).Select(line => line.Split(' ')).Where(words => words[0].StartsWith($"{mark}.", StringComparison.Ordinal));
        foreach (var made in attempts.GroupBy(words => (Mark: words[0], Id: words[1])).OrderBy(made => made.Key.Mark, StringComparer.Ordinal))
        {
            var task = JsonDocument.Parse(await Client.GetTextAsync($"api/tasks/{made.Key.Id}")).RootElement;
            var crashes = task.GetProperty("crashes").GetInt32();
            Assert.True(made.Count() <= 1 + crashes, $"{made.Key.Mark} ran {made.Count()} times and crashed {crashes} times.");
            told.Add($"{made.Key.Mark[mark.Length..]}: {task.GetProperty("state")}, attempt {task.GetProperty("attempt")}");
        }

        return string.Join('\n', told);
    }

    protected override async Task PrepareAsync()
    {
        await AppBench.UploadAsync(ConnectionString, FragileData.Blob, FragileData.Csv());
        await AppBench.UploadAsync(ConnectionString, FragileData.SmallBlob, FragileData.SmallCsv());
        await AppBench.UploadAsync(ConnectionString, FragileData.DeadBlob, FragileData.DeadCsv());
        await AppBench.UploadAsync(ConnectionString, FragileData.WaitBlob, FragileData.WaitCsv());
    }

    protected override async Task WarmUpAsync()
    {
        foreach (var operation in new[] { nameof(RetryOperation), nameof(StagesOperation), nameof(CancelOperation) })
        {
            await RecordAsync(operation);
        }
    }

    protected override Task BeginAsync(string work)
    {
        (_hasBegun, _isAgain) = (false, false);
        _operation = RunOperation.Named(work, this);
        return _operation.PrepareAsync();
    }

    protected override async Task WorkAsync()
    {
        (_hasBegun, _isAgain) = (true, _hasBegun);
        await _operation!.RunAsync();
        await WaitUntilQuietAsync();
    }

    protected override async Task SettleAsync(bool wasKilled)
    {
        var (name, found) = (_operation!.GetType().Name, await _operation.DescribeAsync());
        lock (expected)
        {
            Assert.Equal(expected.GetValueOrDefault(name, found), found);
            expected[name] = found;
        }

        Assert.False(await IsAnyNoteLeftAsync());
        Assert.Empty(await ListBlobsAsync("celerity-payloads", "groups/"));
    }

    // After a kill the maintenance goes on with what was interrupted.
    private Task WaitAsync(Func<Task<bool>> holds)
    {
        var (looks, quietLooks) = (0, 0);
        return UntilAsync(async () =>
        {
            if (!_isAgain || !await IsAnyNoteLeftAsync())
            {
                // Where the process died before it told of the last of them, it has a minute's time.
                if (_isAgain && ++quietLooks == LooksUntilWatched)
                {
                    Advance(Later);
                }

                return await holds();
            }

            if (looks++ % LooksPerRound == 0)
            {
                Advance(Later);
                await MaintainAsync();
            }

            return false;
        });
    }

    private static string FailOnceIn(string folder) => Path.Combine(folder, "fail-once");

    private static string WaitIn(string folder) => Path.Combine(folder, "wait");

    private static Dictionary<string, string> SettingsIn(string folder) => new(FragileData.Settings)
    {
        ["FRAGILE_FAIL_ONCE_FILE"] = FailOnceIn(folder),
        ["FRAGILE_WAIT_FILE"] = WaitIn(folder),
        ["Celerity__Stages__WatchInterval"] = "00:00:02",
    };

    private async Task<long> LongestHistoryAsync()
    {
        await using var store = new SqliteConnection($"Data Source={Path.Combine(Folder, "Celerity.db")};Mode=ReadOnly;Pooling=False");
        await store.OpenAsync();
        await using var query = store.CreateCommand();
        query.CommandText = "SELECT MAX(HistoryPeak) FROM Instances";
        return (long)(await query.ExecuteScalarAsync())!;
    }
}
