using System.Text.Json;
using Celerity.Cli.Demo;
using Celerity.Cli.Runs;
using Celerity.Cli.Tests.Emulator;
using Celerity.Cli.Tests.Environments;
using Celerity.Cli.Tools;
using Celerity.LocalRuntime.Emulator;
using Spectre.Console;
using Xunit;

namespace Celerity.Cli.Tests.Demo;

public sealed class DemoSessionTests : IDisposable
{
    private const string Result =
        """
        {"flights":40,"meanDelayMinutes":1.50,"shareDelayedOver15":0.25,"rejectedRecords":0,
        """ +
        """
        "airports":[{"origin":"SEA","flights":40,"meanDelayMinutes":1.50,"shareDelayedOver15":0.25,"maxDelayMinutes":99}],
        """ +
        """
        "months":[{"month":"2001-01","flights":40,"meanDelayMinutes":1.50}]}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _people = new();
    private readonly StringWriter _machine = new();

    private string WorkerLog => File.ReadAllText(_folder["worker-1.log"]);

    public void Dispose()
    {
        _folder.Dispose();
        _people.Dispose();
        _machine.Dispose();
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task RunAsync_ForPeople_ShowsResultAndFiguresAndStopsEverything()
    {
        var code = await RunAsync(new DemoOptions { Records = 1000, ChunkSize = 250 }, "", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Success, code);
        Assert.Empty(_machine.ToString());
        var shown = _people.ToString();
        Assert.Contains("40 flights, 1.50 minutes late on average, 25.0", shown);
        Assert.Matches(@"SEA.*40.*1\.5 min.*25\.0.*99 min", shown);
        Assert.Matches("2001-01.*40", shown);
        Assert.Contains("Storage requests per chunk", shown);
        Assert.Contains("""started {"source":{"container":"datasets","blob":"flights-1000.csv","format":"csv","chunkSize":250}}""", WorkerLog);
        Assert.Contains("drained", WorkerLog);
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task RunAsync_ForMachines_WritesOneObjectWithTheResultAsTheAppWroteIt()
    {
        var code = await RunAsync(new DemoOptions { Records = 1000, Json = true }, "", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Success, code);
        Assert.EndsWith("}\n", _machine.ToString());
        using var report = JsonDocument.Parse(_machine.ToString());
        Assert.Equal(Result, report.RootElement.GetProperty("result").GetRawText());
        Assert.Equal("succeeded", report.RootElement.GetProperty("state").GetString());
        var figures = report.RootElement.GetProperty("figures");
        var seconds = figures.GetProperty("seconds").GetDouble();
        Assert.InRange(seconds, 0.5, 60);
        Assert.Equal(40 / seconds, figures.GetProperty("recordsPerSecond").GetDouble(), 1.0);
        Assert.Equal(4, figures.GetProperty("chunks").GetInt64());
        Assert.Equal(0, figures.GetProperty("storageRequestsPerChunk").GetDouble());
        Assert.InRange(figures.GetProperty("peakMemoryMegabytes").GetDouble(), 10, 1000);
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task RunAsync_ARunThatFails_SaysWhyAndGivesItsCode()
    {
        var code = await RunAsync(new DemoOptions { Records = 1000, Json = true }, "fails", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.RunFailed, code);
        Assert.Contains("CEL0311 too many [rejects]", _people.ToString());
        using var report = JsonDocument.Parse(_machine.ToString());
        Assert.Equal("CEL0311", report.RootElement.GetProperty("failures")[0].GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Null, report.RootElement.GetProperty("result").ValueKind);
        Assert.Contains("drained", WorkerLog);
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task RunAsync_ARequestThatIsRefused_StopsEverything()
    {
        var refused = await Assert.ThrowsAsync<RunRefusedException>(() =>
            RunAsync(new DemoOptions { Records = 1000 }, "refuses", TestContext.Current.CancellationToken));

        Assert.Equal("CEL0203: No such container.", refused.Message);
        Assert.Contains("drained", WorkerLog);
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task RunAsync_CancelledDuringTheRun_StopsEverything()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var log = new FileSystemWatcher(_folder.Path, "*.log") { EnableRaisingEvents = true };
        log.Changed += (_, change) =>
        {
            using var reader = new StreamReader(new FileStream(change.FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            if (reader.ReadToEnd().Contains("started"))
            {
                cancellation.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            RunAsync(new DemoOptions { Records = 1000 }, "never ends", cancellation.Token));

        Assert.Contains("drained", WorkerLog);
        Assert.Contains("Stopping what was started", _people.ToString());
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task RunAsync_KeepRunning_SaysWhereAndEndsWellOnCancel()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var people = new TriggerWriter(_people, "Ctrl-C stops it", cancellation.Cancel);

        var code = await RunAsync(new DemoOptions { Records = 1000, KeepRunning = true }, "", cancellation.Token, people);

        Assert.Equal(ExitCodes.Success, code);
        Assert.Matches(@"The app is up at http://127\.0\.0\.1:\d+/", _people.ToString());
        Assert.Contains("drained", WorkerLog);
    }

    private async Task<int> RunAsync(DemoOptions options, string mode, CancellationToken cancellationToken, TextWriter? people = null)
    {
        var root = RepositoryRoot.Find();
        Assert.SkipUnless(new NpmPackages(root).AreInstalled, "The npm packages are not installed: run `npm ci` at the root of the repository.");
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(people ?? _people),
        });
        console.Profile.Width = 200;
        var screen = new DemoScreen(console, TimeProvider.System);
        return await new DemoSession(options, StandIns.Settings(_folder.Path, mode), root, screen, _machine, TimeProvider.System)
            .RunAsync(cancellationToken);
    }
}
