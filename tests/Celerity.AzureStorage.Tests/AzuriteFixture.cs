using System.Diagnostics;
using System.Text.RegularExpressions;
using Celerity.AzureStorage.Metrics;
using Celerity.AzureStorage.Tests;
using Microsoft.Extensions.Configuration;
using Xunit;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace Celerity.AzureStorage.Tests;

/// <summary>One storage emulator for all tests of the assembly, on ports of its own; started by the first test that asks for it.</summary>
public sealed partial class AzuriteFixture : IAsyncDisposable
{
    private const string Account = "devstoreaccount1";

    // The emulator's published key; it protects nothing.
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly SemaphoreSlim _gate = new(1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("celerity-azurite-");
    private Process? _process;
    private StorageConnection? _connection;
    private StorageClients? _clients;

    internal async Task<StorageConnection> ConnectAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return _connection ??= Connection(await StartAsync());
        }
        finally
        {
            _gate.Release();
        }
    }

    internal async Task<StorageClients> OpenAsync()
    {
        var connection = await ConnectAsync();
        return _clients ??= new StorageClients(connection, new StorageTransport(), new StorageMeter());
    }

    public async ValueTask DisposeAsync()
    {
        _clients?.Dispose();
        _gate.Dispose();
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private async Task<string> StartAsync()
    {
        var script = FindScript();
        Assert.SkipWhen(script is null, "Azurite is not installed: run `npm ci` at the root of the repository.");

        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.FullName };
        string[] arguments = [script!, "--silent", "--disableTelemetry", "--skipApiVersionCheck", "--location", _folder.FullName,
            "--blobHost", "127.0.0.1", "--blobPort", "0", "--queueHost", "127.0.0.1", "--queuePort", "0", "--tableHost", "127.0.0.1", "--tablePort", "0"];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            Assert.Skip($"Node.js is not installed: {exception.Message}");
        }

        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        var endpoints = await ReadEndpointsAsync(_process.StandardOutput).WaitAsync(TimeSpan.FromSeconds(60));
        return $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};" +
            string.Concat(endpoints.Select(endpoint => $"{endpoint.Key}Endpoint={endpoint.Value}/{Account};"));
    }

    internal static StorageConnection Connection(string connectionString) => StorageConnection.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new(StorageConnection.DefaultName, connectionString)]).Build(),
        StorageConnection.DefaultName);

    private static async Task<Dictionary<string, string>> ReadEndpointsAsync(StreamReader output)
    {
        var endpoints = new Dictionary<string, string>();
        while (endpoints.Count < 3)
        {
            var line = await output.ReadLineAsync() ?? throw new InvalidOperationException("Azurite ended before it was ready.");
            if (ListeningPattern().Match(line) is { Success: true } match)
            {
                endpoints.Add(match.Groups["service"].Value, match.Groups["uri"].Value);
            }
        }

        return endpoints;
    }

    private static string? FindScript()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, "node_modules/azurite/dist/src/azurite.js");
            if (File.Exists(script))
            {
                return script;
            }
        }

        return null;
    }

    [GeneratedRegex(@"Azurite (?<service>\w+) service is successfully listening at (?<uri>\S+)")]
    private static partial Regex ListeningPattern();
}
