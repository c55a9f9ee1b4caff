using System.CommandLine;
using System.Globalization;
using Celerity.Cli.Environments;
using Celerity.Cli.Flights;
using Celerity.Cli.Help;
using Celerity.LocalRuntime.Emulator;
using Spectre.Console;

namespace Celerity.Cli.Demo;

/// <summary><c>celerity demo</c>.</summary>
internal sealed class DemoCommand : Command, IHasExamples
{
    private const int ChunkSizeLimit = 1_000_000;
    private const int WorkersLimit = 16;

    private readonly Option<int> _records = Number("--records", "How many records, from the first on.", FlightsCsv.AllRecords, FlightsCsv.AllRecords);
    private readonly Option<int> _chunkSize = Number("--chunk-size", "Records per chunk.", 1000, ChunkSizeLimit);
    private readonly Option<int> _workers = Number("--workers", "Processes of the app that share the work.", 1, WorkersLimit);
    private readonly Option<bool> _json = new("--json") { Description = "Print the outcome as one JSON object on stdout; what people read goes to stderr." };
    private readonly Option<bool> _keepRunning = new("--keep-running") { Description = "Leave the app up afterwards, until Ctrl-C, and print its address." };

    public DemoCommand()
        : base("demo", "Run the flight-delay pipeline over 3,000,000 real flight records on this machine.")
    {
        Options.Add(_records);
        Options.Add(_chunkSize);
        Options.Add(_workers);
        Options.Add(_json);
        Options.Add(_keepRunning);
        SetAction((parsed, cancellationToken) => RunAsync(parsed, cancellationToken));
    }

    public IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity demo", "everything: storage emulator, app, data, run, result"),
        ("celerity demo --records 100000", "a short one"),
        ("celerity demo --workers 3", "three processes of the app share the work"),
        ("celerity demo --json | jq .figures", "the figures for a script"),
        ("celerity demo --keep-running", "leaves the app up: curl its address + /api/runs"),
    ];

    private static Option<int> Number(string name, string description, int value, int limit) => new(name)
    {
        Description = $"{description} 1 to {limit:N0}.",
        HelpName = "N",
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > limit)
            {
                result.AddError($"{name} is {text}: give a number from 1 to {limit:N0}.");
            }

            return number;
        },
    };

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new DemoOptions
        {
            Records = parsed.GetValue(_records),
            ChunkSize = parsed.GetValue(_chunkSize),
            Workers = parsed.GetValue(_workers),
            Json = parsed.GetValue(_json),
            KeepRunning = parsed.GetValue(_keepRunning),
        };
        var root = RepositoryRoot.Find();
        var settings = new DemoSettings
        {
            Folder = Path.Combine(root, ".celerity", "demo", Environment.ProcessId.ToString()),
            Workers = options.Workers,
        };
        var streams = parsed.InvocationConfiguration;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(options.Json ? streams.Error : streams.Output),
        });
        var screen = new DemoScreen(console, TimeProvider.System);
        return RunAsync(new DemoSession(options, settings, root, screen, streams.Output, TimeProvider.System), settings.Folder, screen, cancellationToken);
    }

    private static async Task<int> RunAsync(DemoSession session, string folder, DemoScreen screen, CancellationToken cancellationToken)
    {
        var isFailure = true;
        try
        {
            var code = await session.RunAsync(cancellationToken);
            isFailure = code != ExitCodes.Success;
            return code;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            isFailure = false;
            throw;
        }
        finally
        {
            if (isFailure)
            {
                screen.Say($"Logs and storage are left in {folder}.");
            }
            else if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
