using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Celerity.Cli.Tools;

namespace Celerity.Cli.Environments;

/// <summary>One process of the function app.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ReadyInterval = TimeSpan.FromMilliseconds(50);
    private const int TermSignal = 15;
    private const int LinesOfLog = 5;

    private readonly Process _process;
    private readonly TextWriter _log;
    private readonly ProcessGauge _gauge;
    private readonly string _addressFile;
    private readonly TimeProvider _time;

    private WorkerProcess(Process process, string name, string folder, TimeProvider time)
    {
        _process = process;
        _time = time;
        Id = process.Id;
        Name = name;
        LogFile = Path.Combine(folder, $"{name}.log");
        _addressFile = AddressFile(folder, name);
        _log = TextWriter.Synchronized(new StreamWriter(LogFile) { AutoFlush = true });
        process.OutputDataReceived += (_, line) => _log.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => _log.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _gauge = new ProcessGauge(process.Id, time);
        Exited = WaitForExitAsync();
    }

    /// <summary>Gets its exit code, once it has ended.</summary>
    public Task<int> Exited { get; }

    public int Id { get; }

    public string Name { get; }

    public string LogFile { get; }

    /// <summary>Gets where it serves HTTP; known once it is ready.</summary>
    public Uri? Address { get; private set; }

    public bool IsRunning => !_process.HasExited;

    public long PeakMemoryBytes => _gauge.PeakMemoryBytes;

    public TimeSpan CpuTime => _gauge.CpuTime;

    public static WorkerProcess Start(DemoSettings settings, string name, string connectionString, TimeProvider time)
    {
        File.Delete(AddressFile(settings.Folder, name));
        var start = new ProcessStartInfo(settings.WorkerCommand[0], settings.WorkerCommand.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = settings.Folder,
        };
        var environment = new Dictionary<string, string>(settings.WorkerSettings)
        {
            ["AzureWebJobsStorage"] = connectionString,
            ["LocalRuntime__HttpPort"] = "0",
            ["LocalRuntime__AddressFile"] = AddressFile(settings.Folder, name),
            ["LocalRuntime__StateFolder"] = Path.Combine(settings.Folder, "state"),
            ["LocalRuntime__ParentProcessId"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        try
        {
            return new WorkerProcess(Process.Start(start)!, name, settings.Folder, time);
        }
        catch (Win32Exception failure)
        {
            throw new UnfitEnvironmentException($"{settings.WorkerCommand[0]} was not found on the PATH: install the .NET SDK 10.", failure);
        }
    }

    /// <summary>Waits until the app says that it is ready for work.</summary>
    /// <exception cref="UnfitEnvironmentException">It ended, or was not ready in time.</exception>
    public async Task WaitUntilReadyAsync(HttpClient http, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(ReadyInterval, _time);
        var started = _time.GetTimestamp();
        while (!await IsReadyAsync(http, cancellationToken))
        {
            if (_process.HasExited)
            {
                // With it what it said last is in the log: that is why it ended.
                var code = await Exited.WaitAsync(cancellationToken);
                throw new UnfitEnvironmentException($"{Name} of the function app ended with code {code} before it was ready. {LastLines()}");
            }

            if (_time.GetElapsedTime(started) > limit)
            {
                throw new UnfitEnvironmentException($"{Name} of the function app was not ready within {limit.TotalSeconds:0} s. {LastLines()}");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Ends it as the kernel would (SIGKILL): nothing of it runs any more.</summary>
    public async Task KillAsync()
    {
        _gauge.Read();
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Asks it to drain and end (SIGTERM), and kills it when it takes too long.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited && !OperatingSystem.IsWindows())
        {
            _ = Signal(Id, TermSignal);
            using var limit = new CancellationTokenSource(StopLimit, _time);
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await KillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Exited;
        await _gauge.DisposeAsync();
        _process.Dispose();
        await _log.DisposeAsync();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);

    private static string AddressFile(string folder, string name) => Path.Combine(folder, $"{name}.address");

    private async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    private async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        if (!File.Exists(_addressFile))
        {
            return false;
        }

        Address = new Uri((await File.ReadAllTextAsync(_addressFile, cancellationToken)).Trim());
        try
        {
            using var reply = await http.GetAsync(new Uri(Address, "/api/health/ready"), cancellationToken);
            return reply.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private string LastLines()
    {
        using var log = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = log.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeLast(LinesOfLog);
        return $"Its log ({LogFile}) ends: {string.Join(" | ", lines)}";
    }
}
