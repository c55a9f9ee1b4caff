using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

/// <summary>The storage emulator, on free ports, for the tests of one class.</summary>
public sealed class Azurite : IAsyncLifetime
{
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly string _folder = Directory.CreateTempSubdirectory("azurite").FullName;
    private readonly int _port = FreePort();
    private Process? _process;
    private string? _missing;

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={Key};QueueEndpoint=http://127.0.0.1:{_port}/devstoreaccount1;";

    public async ValueTask InitializeAsync()
    {
        if (FindScript() is not { } script)
        {
            _missing = "Azurite is not installed: run `npm ci` at the repository's root, or set CELERITY_AZURITE to its azurite.js.";
            return;
        }

        await StartAsync(script);
    }

    public void SkipIfMissing()
    {
        if (_missing is not null)
        {
            Assert.Skip(_missing);
        }
    }

    public async Task StopAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
    }

    public Task RestartAsync() => StartAsync(FindScript()!);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync(string script)
    {
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                script, "--disableTelemetry", "--skipApiVersionCheck", "--location", _folder,
                "--blobHost", "127.0.0.1", "--blobPort", FreePort().ToString(),
                "--queueHost", "127.0.0.1", "--queuePort", _port.ToString(),
                "--tableHost", "127.0.0.1", "--tablePort", FreePort().ToString(),
            },
        };
        var listening = new TaskCompletionSource();
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            _missing = "node is not installed.";
            return;
        }

        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("Queue service is successfully listening", StringComparison.Ordinal) == true)
            {
                listening.TrySetResult();
            }
        };
        _process.BeginOutputReadLine();
        await listening.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static string? FindScript()
    {
        if (Environment.GetEnvironmentVariable("CELERITY_AZURITE") is { Length: > 0 } path)
        {
            return File.Exists(path) ? path : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, "node_modules", "azurite", "dist", "src", "azurite.js");
            if (File.Exists(script))
            {
                return script;
            }
        }

        return null;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
