using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Celerity.LocalRuntime.Emulator;

/// <summary>The storage emulator as a child process: three services on loopback ports of its own choice, its content in one folder.</summary>
/// <remarks>
/// It ends with this process, even one that is killed. <see cref="StopAsync"/> followed by <see cref="StartAsync(CancellationToken)"/> is storage that
/// goes down and comes back: same ports, same content. Not safe for concurrent use.
/// </remarks>
public sealed partial class Azurite : IAsyncDisposable
{
    // A killed parent closes the pipe that is the child's standard input, whatever the platform: no orphan is left behind. The
    // emulator saves its content as it closes, so it is asked first and has its time. It is deaf to Ctrl-C, which reaches every
    // process of the terminal: storage has to outlast the workers that drain.
    private const string Wrapper =
        "const end = () => { process.emit('SIGTERM'); setTimeout(() => process.exit(1), 5000).unref(); };" +
        "process.stdin.on('end', end).on('error', end).resume();" +
        "process.on('SIGINT', () => {}).on('newListener', (name, listener) =>" +
        " name === 'SIGINT' && setImmediate(() => process.off(name, listener)));" +
        "require(process.argv[1]);";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(8);

    private readonly string _program;
    private readonly string _folder;
    private Process? _process;
    private Task _logged = Task.CompletedTask;

    private Azurite(string program, string folder)
    {
        _program = program;
        _folder = folder;
    }

    /// <summary>Gets the ports; they stay the same over a stop and a start.</summary>
    public StorageEndpoints Endpoints { get; private set; } = new(0, 0, 0);

    /// <summary>Gets the connection string that reaches all three services.</summary>
    public string ConnectionString => Endpoints.ConnectionString;

    /// <summary>Gets the process id while it runs, else <see langword="null"/>.</summary>
    public int? ProcessId => _process?.Id;

    /// <summary>Gets the file that holds what it printed.</summary>
    public string LogFile => Path.Combine(_folder, "azurite.log");

    /// <summary>Starts the emulator that <c>npm ci</c> installed at the root of this clone and waits until it serves.</summary>
    /// <param name="folder">Where it keeps its content; created when absent.</param>
    /// <param name="cancellationToken">Gives up; the process is ended.</param>
    /// <exception cref="EmulatorMissingException">Node.js or the npm packages are missing, or it did not start.</exception>
    public static Task<Azurite> StartAsync(string folder, CancellationToken cancellationToken) =>
        StartAsync(RepositoryRoot.Find(), folder, cancellationToken);

    internal static async Task<Azurite> StartAsync(string repositoryRoot, string folder, CancellationToken cancellationToken)
    {
        var program = Path.Combine(repositoryRoot, "node_modules", "azurite", "dist", "src", "azurite.js");
        if (!File.Exists(program))
        {
            throw new EmulatorMissingException($"The storage emulator is not installed: run `npm ci` in {repositoryRoot}.");
        }

        var azurite = new Azurite(program, Path.GetFullPath(folder));
        await azurite.StartAsync(cancellationToken).ConfigureAwait(false);
        return azurite;
    }

    /// <summary>Starts it again on the ports and the folder it had; waits until it serves.</summary>
    /// <param name="cancellationToken">Gives up; the process is ended.</param>
    /// <exception cref="EmulatorMissingException">It did not start.</exception>
    /// <exception cref="InvalidOperationException">It is running.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_process is not null)
        {
            throw new InvalidOperationException("The storage emulator is running.");
        }

        Directory.CreateDirectory(_folder);
        _process = Launch();
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(StartLimit);
            Endpoints = await ReadEndpointsAsync(_process, limit.Token).ConfigureAwait(false);
            _logged = LogAsync(_process);
        }
        catch (Exception failure)
        {
            await KillAsync().ConfigureAwait(false);
            if (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new EmulatorMissingException($"The storage emulator did not start within {StartLimit.TotalSeconds} s ({_program}).", failure);
            }

            throw;
        }
    }

    /// <summary>Ends it as a shutdown does: its content is saved. Does nothing when it is not running.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It is killed below; what it had not saved is lost, as in a crash.
        }

        await KillAsync().ConfigureAwait(false);
    }

    /// <summary>Ends it as a crash does (SIGKILL). Does nothing when it is not running.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await _logged.ConfigureAwait(false);
        process.Dispose();
        _process = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await KillAsync().ConfigureAwait(false);

    [GeneratedRegex(@"Azurite (?<service>Blob|Queue|Table) service is successfully listening at http://127\.0\.0\.1:(?<port>\d+)")]
    private static partial Regex ListeningLine();

    private static async Task<StorageEndpoints> ReadEndpointsAsync(Process process, CancellationToken cancellationToken)
    {
        var ports = new Dictionary<string, int>();
        while (ports.Count < 3)
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            if (line is null)
            {
                var errors = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
                throw new EmulatorMissingException($"The storage emulator ended as it started: {OneLine(errors)}");
            }

            if (ListeningLine().Match(line) is { Success: true } match)
            {
                ports[match.Groups["service"].Value] = int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture);
            }
        }

        return new StorageEndpoints(ports["Blob"], ports["Queue"], ports["Table"]);
    }

    // It says little, but what it says as it dies is worth having; and a full pipe would stop it.
    private async Task LogAsync(Process process)
    {
        var log = TextWriter.Synchronized(new StreamWriter(LogFile, append: true) { AutoFlush = true });
        await using (log.ConfigureAwait(false))
        {
            await Task.WhenAll(CopyAsync(process.StandardOutput), CopyAsync(process.StandardError)).ConfigureAwait(false);
        }

        async Task CopyAsync(StreamReader lines)
        {
            while (await lines.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
            {
                await log.WriteLineAsync(line).ConfigureAwait(false);
            }
        }
    }

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } line ? line : "it said nothing.";

    private Process Launch()
    {
        string[] arguments =
        [
            "-e", Wrapper, "--", _program,
            "--silent", "--disableTelemetry", "--skipApiVersionCheck", "--location", _folder,
            "--blobHost", "127.0.0.1", "--blobPort", Endpoints.BlobPort.ToString(CultureInfo.InvariantCulture),
            "--queueHost", "127.0.0.1", "--queuePort", Endpoints.QueuePort.ToString(CultureInfo.InvariantCulture),
            "--tableHost", "127.0.0.1", "--tablePort", Endpoints.TablePort.ToString(CultureInfo.InvariantCulture),
        ];
        var start = new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new EmulatorMissingException("Node.js was not found on the PATH: install version 20 or later from https://nodejs.org.", failure);
        }
    }
}
