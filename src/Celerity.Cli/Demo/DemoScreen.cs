using Celerity.Cli.Runs;
using Spectre.Console;

namespace Celerity.Cli.Demo;

/// <summary>What people see of the demo.</summary>
internal sealed class DemoScreen(IAnsiConsole console, TimeProvider time)
{
    private const int AirportsShown = 10;

    /// <summary>Shows that something is under way, then what it took.</summary>
    public async Task<T> StepAsync<T>(string text, Func<Task<T>> step)
    {
        var started = time.GetTimestamp();
        var result = await console.Status().StartAsync(Markup.Escape(text), _ => step());
        console.MarkupLine($"[green]✓[/] {Markup.Escape(text)} [grey]{time.GetElapsedTime(started).TotalSeconds:0.0} s[/]");
        return result;
    }

    public Task StepAsync(string text, Func<Task> step) => StepAsync(text, async () =>
    {
        await step();
        return true;
    });

    /// <summary>Shows a bar while a run is followed.</summary>
    public Task<T> FollowAsync<T>(Func<Action<RunStatus>, Task<T>> follow)
    {
        var started = time.GetTimestamp();
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("Planning", autoStart: true, maxValue: 1);
                return await follow(run => Show(bar, run.Progress, time.GetElapsedTime(started)));
            });
    }

    public void ShowResult(FlightSummary result)
    {
        console.WriteLine();
        console.MarkupLine(
            $"[bold]{result.Flights:N0}[/] flights, [bold]{result.MeanDelayMinutes:0.00}[/] minutes late on average, " +
            $"[bold]{result.ShareDelayedOver15:P1}[/] more than 15 minutes late, {result.RejectedRecords:N0} records rejected");
        console.Write(new Columns(Airports(result.Airports), Months(result.Months)) { Expand = false });
    }

    public void ShowFigures(FlightFigures figures, int workers)
    {
        var grid = new Grid().AddColumn().AddColumn(new GridColumn().RightAligned());
        grid.AddRow("Time from start to result", $"[bold]{figures.Seconds:0.00}[/] s");
        grid.AddRow("Records per second", $"[bold]{figures.RecordsPerSecond:N0}[/]");
        grid.AddRow("Chunks", $"{figures.Chunks:N0}");
        grid.AddRow("Storage requests per chunk", $"{figures.StorageRequestsPerChunk:0.00}");
        grid.AddRow($"Peak memory of the app ({(workers == 1 ? "one process" : $"largest of {workers} processes")})", $"{figures.PeakMemoryMegabytes:0} MB");
        console.Write(grid);
    }

    public void ShowFailure(RunStatus status)
    {
        console.MarkupLine($"[red]The run {Markup.Escape(status.Id)} ended {Markup.Escape(status.State)}.[/]");
        foreach (var failure in status.Failures)
        {
            console.MarkupLine($"[red]{Markup.Escape(failure.Code ?? "")}[/] {Markup.Escape(failure.Message)}");
        }
    }

    public void Say(string text) => console.MarkupLine(Markup.Escape(text));

    private static void Show(ProgressTask bar, RunProgress progress, TimeSpan elapsed)
    {
        if (progress.ChunksTotal == 0)
        {
            return;
        }

        bar.MaxValue = progress.ChunksTotal;
        bar.Value = progress.ChunksDone;
        bar.Description =
            $"{progress.ChunksDone:N0} of {progress.ChunksTotal:N0} chunks, {progress.RecordsDone:N0} records, " +
            $"{progress.RecordsDone / elapsed.TotalSeconds:N0}/s";
    }

    private static Table Airports(IReadOnlyList<AirportSummary> airports)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle($"The busiest {Math.Min(AirportsShown, airports.Count)} of {airports.Count} airports") };
        table.AddColumn("Origin").AddColumn(Right("Flights")).AddColumn(Right("Mean delay")).AddColumn(Right("Over 15 min")).AddColumn(Right("Longest"));
        foreach (var airport in airports.OrderByDescending(airport => airport.Flights).Take(AirportsShown))
        {
            table.AddRow(
                Markup.Escape(airport.Origin),
                $"{airport.Flights:N0}",
                $"{airport.MeanDelayMinutes:0.0} min",
                $"{airport.ShareDelayedOver15:P1}",
                $"{airport.MaxDelayMinutes:N0} min");
        }

        return table;
    }

    private static Table Months(IReadOnlyList<MonthSummary> months)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle("By month") };
        table.AddColumn("Month").AddColumn(Right("Flights")).AddColumn(Right("Mean delay"));
        foreach (var month in months)
        {
            table.AddRow(Markup.Escape(month.Month), $"{month.Flights:N0}", $"{month.MeanDelayMinutes:0.0} min");
        }

        return table;
    }

    private static TableColumn Right(string header) => new TableColumn(header).RightAligned();
}
