using Celerity.Cli.Environments;
using Celerity.Cli.Flights;
using Celerity.Cli.Runs;
using Celerity.Cli.Tools;

namespace Celerity.Cli.Demo;

/// <summary>The demo from the first check to the last process stopped.</summary>
/// <param name="options">What the user asked for.</param>
/// <param name="settings">What is started.</param>
/// <param name="root">The root of the clone.</param>
/// <param name="screen">Where people look.</param>
/// <param name="output">Where machines look, with <c>--json</c>.</param>
/// <param name="time">The clock.</param>
internal sealed class DemoSession(
    DemoOptions options, DemoSettings settings, string root, DemoScreen screen, TextWriter output, TimeProvider time)
{
    /// <summary>Runs it all and gives the exit code.</summary>
    /// <exception cref="UnfitEnvironmentException">Something is missing on this machine.</exception>
    /// <exception cref="RunRefusedException">The app did not do as it was told.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var csvPath = await PrepareAsync(cancellationToken);
        var environment = await screen.StepAsync(
            $"Starting storage and {Processes(options.Workers)} of the app", () => DemoEnvironment.StartAsync(settings, time, cancellationToken));
        try
        {
            var code = await MeasureAsync(environment, csvPath, cancellationToken);
            if (options.KeepRunning)
            {
                await KeepRunningAsync(environment, cancellationToken);
            }

            return code;
        }
        finally
        {
            await screen.StepAsync("Stopping what was started", () => environment.DisposeAsync().AsTask());
        }
    }

    private static string Processes(int count) => count == 1 ? "one process" : $"{count} processes";

    private async Task<string> PrepareAsync(CancellationToken cancellationToken)
    {
        await NodeRuntime.EnsureAsync("node", cancellationToken);
        var packages = new NpmPackages(root);
        if (!packages.AreInstalled)
        {
            await screen.StepAsync("Installing the npm packages of the lock file", () => packages.InstallAsync(cancellationToken));
        }

        return await screen.StepAsync(
            "Reading 3,000,000 flight records",
            () => FlightsCsv.EnsureAsync(packages.FlightsParquet, Path.Combine(root, ".celerity", "data"), cancellationToken));
    }

    private async Task<int> MeasureAsync(DemoEnvironment environment, string csvPath, CancellationToken cancellationToken)
    {
        var run = new FlightRun(environment, time, RunApi.ForPeople);
        var blob = await screen.StepAsync(
            $"Uploading {options.Records:N0} records", () => run.UploadAsync(csvPath, options.Records, cancellationToken));
        var (status, figures) = await screen.FollowAsync(report => run.RunAsync(blob, options.ChunkSize, report, cancellationToken));
        Show(status, figures);
        return status.HasSucceeded ? ExitCodes.Success : ExitCodes.RunFailed;
    }

    private void Show(RunStatus status, FlightFigures figures)
    {
        if (options.Json)
        {
            output.WriteLine(DemoReport.Write(status, figures));
        }
        else if (status.Result is { } result)
        {
            screen.ShowResult(FlightSummary.Read(result));
            screen.ShowFigures(figures, options.Workers);
        }

        if (!status.HasSucceeded)
        {
            screen.ShowFailure(status);
        }
    }

    private async Task KeepRunningAsync(DemoEnvironment environment, CancellationToken cancellationToken)
    {
        screen.Say($"The app is up at {environment.Address}; Ctrl-C stops it.");
        // Ctrl-C is how this is meant to end, so it is no cancellation of the run that was shown.
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
