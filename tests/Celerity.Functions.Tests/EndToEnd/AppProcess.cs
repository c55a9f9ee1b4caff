using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>One process of the function app, as a user starts it.</summary>
internal sealed partial class AppProcess : IAsyncDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _addressFile;
    private readonly List<string> _output = [];
    private readonly Action<string>? _onLine;

    private AppProcess(Process process, string addressFile, Action<string>? onLine) =>
        (_process, _addressFile, _onLine) = (process, addressFile, onLine);

    /// <summary>Gets what the process has written, for failing tests.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output.TakeLast(60));
            }
        }
    }

    public int Id => _process.Id;

    public Task Exited => _process.WaitForExitAsync();

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    public static AppProcess Start(
        string connectionString,
        string stateFolder,
        IReadOnlyDictionary<string, string>? settings = null,
        string project = "src/FunctionApp",
        Action<string>? onLine = null,
        bool isCompiledAhead = false)
    {
        Directory.CreateDirectory(stateFolder);
        var addressFile = Path.Combine(stateFolder, $"{Guid.NewGuid():N}.address");
        var app = Path.Combine(RepositoryRoot.Path, project, "bin", "Local", Configuration, "net10.0", isCompiledAhead ? "publish" : "", $"{Path.GetFileName(project)}.dll");
        var start = new ProcessStartInfo("dotnet", [app])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(app)!,
        };
        start.Environment["AzureWebJobsStorage"] = connectionString;
        start.Environment["LocalRuntime__HttpPort"] = "0";
        start.Environment["LocalRuntime__AddressFile"] = addressFile;
        start.Environment["LocalRuntime__StateFolder"] = stateFolder;
        start.Environment["LocalRuntime__QueueLease"] = "00:00:02";
        start.Environment["LocalRuntime__ParentProcessId"] = Environment.ProcessId.ToString();
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var started = new AppProcess(process, addressFile, onLine);
        process.OutputDataReceived += started.Keep;
        process.ErrorDataReceived += started.Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Waits until the app has written its address; <see langword="null"/> where it died before.</summary>
    public async Task<Uri?> AddressAsync()
    {
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(_addressFile)!) { EnableRaisingEvents = true };
        var written = new TaskCompletionSource();
        watcher.Created += (_, _) => Check(written);
        watcher.Renamed += (_, _) => Check(written);
        Check(written);
        var first = await Task.WhenAny(written.Task, Exited).WaitAsync(Patience);
        return first == written.Task ? new Uri((await File.ReadAllTextAsync(_addressFile)).Trim()) : null;
    }

    /// <summary>Kills the process as the kernel would: no handler runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await Exited.WaitAsync(Patience);
    }

    /// <summary>Asks the process to stop, as a scale-in would.</summary>
    public async Task<int> StopAsync()
    {
        _ = Signal(_process.Id, 15);
        await Exited.WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);

    private void Check(TaskCompletionSource written)
    {
        if (File.Exists(_addressFile))
        {
            written.TrySetResult();
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not { } text)
        {
            return;
        }

        _onLine?.Invoke(text);
        lock (_output)
        {
            _output.Add(text);
        }
    }
}
