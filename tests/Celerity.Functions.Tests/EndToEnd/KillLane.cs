using System.Globalization;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Celerity.LocalRuntime.Emulator;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>
/// A storage emulator of its own and, one after the other, the processes of the app that work on it. Each finishes the work in which the one
/// before it was killed, and is then killed in the next work: one start a kill.
/// </summary>
internal abstract class KillLane(string folder, IReadOnlyDictionary<string, string> settings) : IAsyncDisposable
{
    /// <summary>What is written down where the orchestrations have moved on.</summary>
    public const string Commit = "commit";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private int _recordings;
    private Azurite? _azurite;
    private AppProcess? _app;
    private RunClient? _client;

    public string Output => _app?.Output ?? "";

    public RunClient Client => _client!;

    /// <summary>Gets by how much the app's clock is ahead.</summary>
    public TimeSpan Ahead { get; private set; }

    /// <summary>Gets the file in which the app writes each attempt of a task down.</summary>
    public string AttemptsFile => KilledApp.AttemptsIn(folder);

    protected string Folder => folder;

    protected string ConnectionString => _azurite!.ConnectionString;

    private string Armed => Path.Combine(folder, "armed");

    private string Clock => KilledApp.ClockIn(folder);

    private string Calls => Path.Combine(folder, "calls");

    /// <summary>Starts storage and app, and works once without disturbance.</summary>
    /// <exception cref="EmulatorMissingException">The emulator cannot run here.</exception>
    public async Task StartAsync()
    {
        _azurite = await Azurite.StartAsync(Path.Combine(folder, "azurite"), CancellationToken.None);
        Advance(TimeSpan.Zero);
        await File.WriteAllTextAsync(AttemptsFile, "");
        await PrepareAsync();
        await StartAppAsync();
        await WarmUpAsync();
    }

    /// <summary>
    /// Works once without disturbance and lists where it could have been killed, <c>GET /path|2|before</c>, and between these where a client
    /// had its answer, where a task began to run and where the orchestrations moved on.
    /// </summary>
    public async Task<IReadOnlyList<string>> RecordAsync(string work)
    {
        await BeginAsync(work);

        // Names no call: nothing is killed, and the calls are written down. Another each time, or the app would go on counting.
        Arm($"record {++_recordings}");
        await WorkAsync();
        Disarm();
        await SettleAsync(wasKilled: false);
        return await File.ReadAllLinesAsync(Calls);
    }

    /// <summary>Notes that a client has had its answer: what is before it is not the same as what is after it.</summary>
    public void NoteAnswer()
    {
        if (File.Exists(Armed))
        {
            File.AppendAllText(Calls, "answer\n");
        }
    }

    /// <summary>Kills the app around one call of a work; the next process finishes it. Throws where the work does not end as it should.</summary>
    /// <returns>Whether the call came.</returns>
    public async Task<bool> KillAsync(Kill kill)
    {
        await BeginAsync(kill.Work);
        Arm(kill.Point);
        try
        {
            await WorkAsync();
            if (File.Exists(Calls) && (await File.ReadAllLinesAsync(Calls)).Contains(kill.Point))
            {
                await _app!.Exited.WaitAsync(Patience);
            }
        }
        catch (Exception exception) when (IsDeath(exception))
        {
            await _app!.Exited.WaitAsync(Patience);
        }

        Disarm();
        var killed = await RestartIfDeadAsync();
        try
        {
            await FinishWorkAsync(killed);
        }
        catch (Exception exception) when (IsDeath(exception) && !killed)
        {
            // It had looked at the switch a moment before that was taken away, and died in the midst of this.
            await _app!.Exited.WaitAsync(Patience);
            killed = await RestartIfDeadAsync();
            await FinishWorkAsync(killed);
        }

        return killed;
    }

    /// <summary>Checks what is to be seen only at the end.</summary>
    public abstract Task FinishAsync();

    /// <summary>Asks until something holds. What is asked must not make the app call its storage: that would mix with the calls of the work.</summary>
    /// <exception cref="HttpRequestException">The process has died.</exception>
    public async Task UntilAsync(Func<Task<bool>> holds, TimeSpan? interval = null)
    {
        using var timeout = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(interval ?? Interval);
        while (!await holds())
        {
            await timer.WaitForNextTickAsync(timeout.Token);
            if (_app!.HasExited)
            {
                throw new HttpRequestException("The app has died.");
            }
        }
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan by)
    {
        Ahead += by;
        File.WriteAllText(Clock + ".tmp", Ahead.ToString("c", CultureInfo.InvariantCulture));
        File.Move(Clock + ".tmp", Clock, overwrite: true);
    }

    public QueueClient Queue(string name) => new(ConnectionString, name);

    public BlobServiceClient Blobs => new(ConnectionString);

    public TableServiceClient Tables => new(ConnectionString);

    public TableClient Table(string name) => new(ConnectionString, name);

    public async Task<IReadOnlyList<string>> ListBlobsAsync(string container, string prefix)
    {
        var blobs = new BlobContainerClient(ConnectionString, container).GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, CancellationToken.None);
        return await blobs.Select(blob => blob.Name).ToListAsync();
    }

    public async Task<int> CountAsync(string queue) =>
        (await Queue(queue).GetPropertiesAsync()).Value.ApproximateMessagesCount;

    public async ValueTask DisposeAsync()
    {
        await StopAppAsync();
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }
    }

    /// <summary>Fills the storage before the first process starts.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Works once, so that what comes later does not differ from the first time.</summary>
    protected abstract Task WarmUpAsync();

    /// <summary>Prepares the next work; nothing is killed meanwhile.</summary>
    protected abstract Task BeginAsync(string work);

    /// <summary>Does the work in which the process is killed. Called again afterwards: a client that got no answer asks again.</summary>
    /// <exception cref="HttpRequestException">The process has died.</exception>
    protected abstract Task WorkAsync();

    /// <summary>Waits until all is done that the work has left, and checks it.</summary>
    protected abstract Task SettleAsync(bool wasKilled);

    /// <summary>Has a round of maintenance made, without waiting for its end.</summary>
    public async Task MaintainAsync()
    {
        using var accepted = await Client.PostAsync("admin/functions/CelerityMaintain", new { });
    }

    /// <summary>Has a round of schedules made, without waiting for its end.</summary>
    public async Task RunSchedulesAsync()
    {
        using var accepted = await Client.PostAsync("admin/functions/CeleritySchedule", new { });
    }

    private static bool IsDeath(Exception exception) => exception is HttpRequestException or IOException;

    private async Task FinishWorkAsync(bool wasKilled)
    {
        await WorkAsync();
        await SettleAsync(wasKilled);
    }

    private async Task<bool> RestartIfDeadAsync()
    {
        if (!_app!.HasExited)
        {
            return false;
        }

        await StopAppAsync();
        await StartAppAsync();
        return true;
    }

    private async Task StartAppAsync()
    {
        var all = KilledApp.SettingsIn(folder).Concat(settings).ToDictionary();
        _app = AppProcess.Start(ConnectionString, folder, all, "tests/Celerity.FragileApp", isCompiledAhead: true);
        _client = await AppBench.ConnectAsync(_app);
        await _client.WaitUntilReadyAsync();
    }

    private async Task StopAppAsync()
    {
        _client?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    // As a whole: the app reads it at any moment.
    private void Arm(string text)
    {
        File.Delete(Calls);
        File.WriteAllText(Armed + ".tmp", text);
        File.Move(Armed + ".tmp", Armed, overwrite: true);
    }

    private void Disarm() => File.Delete(Armed);
}
