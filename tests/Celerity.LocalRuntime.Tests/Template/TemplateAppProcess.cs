using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Celerity.LocalRuntime.Tests.Template;

/// <summary>A process of the app.</summary>
public sealed class TemplateAppProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = [];

    private TemplateAppProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public HttpClient Http { get; } = new();

    /// <summary>Gets what it has written.</summary>
    public string Output => string.Join('\n', _lines);

    public static async Task<TemplateAppProcess> StartAsync(string app, string connectionString, string stateFolder)
    {
        Directory.CreateDirectory(stateFolder);
        var addressFile = Path.Combine(stateFolder, $"{Guid.NewGuid():N}.address");
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
        start.Environment["LocalRuntime__ParentProcessId"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var started = new TemplateAppProcess(Process.Start(start)!);
        await started.WaitForAsync("stop with Ctrl+C");
        started.Http.BaseAddress = new Uri((await ReadAsync(addressFile)).Trim() + "/");
        return started;
    }

    /// <summary>Waits until it has written a line with this text.</summary>
    public async Task WaitForAsync(string text)
    {
        var found = _awaited.GetOrAdd(text, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            return;
        }

        if (await Task.WhenAny(found.Task, _process.WaitForExitAsync()).WaitAsync(Patience) != found.Task)
        {
            throw new InvalidOperationException($"The app has ended:\n{Output}");
        }
    }

    /// <summary>Kills it as the kernel would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        Http.Dispose();
        _process.Dispose();
    }

    // The file appears as a whole, moments after the line that says where the app listens.
    private static async Task<string> ReadAsync(string path)
    {
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!) { EnableRaisingEvents = true };
        var written = new TaskCompletionSource();
        watcher.Renamed += (_, _) => Check();
        Check();
        await written.Task.WaitAsync(Patience);
        return await File.ReadAllTextAsync(path);

        void Check()
        {
            if (File.Exists(path))
            {
                written.TrySetResult();
            }
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        foreach (var (text, found) in _awaited)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                found.TrySetResult();
            }
        }
    }
}
