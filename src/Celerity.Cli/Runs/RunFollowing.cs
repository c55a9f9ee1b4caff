using System.Text.Json;
using Celerity.Cli.Api;
using Spectre.Console;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Runs;

/// <summary>Follows a run until it has ended: a bar on a terminal, a line each tenth elsewhere.</summary>
internal sealed class RunFollowing(AppApi api, Surroundings around, TextWriter error)
{
    // The app answers before that where the run ends.
    private const int WaitSeconds = 3;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Follows it and gives it as it ended.</summary>
    /// <exception cref="AppRefusedException">The app stopped answering; that the run goes on has been said.</exception>
    /// <exception cref="OperationCanceledException">The following was cancelled, not the run; that has been said.</exception>
    public async Task<JsonElement> FollowAsync(string id, CancellationToken cancellationToken)
    {
        var run = await api.GetAsync($"runs/{id}", cancellationToken);
        try
        {
            return around.IsErrorTerminal ? await DrawAsync(run, id, cancellationToken) : await PollAsync(run, id, ReportTenths(), cancellationToken);
        }
        catch (Exception failure) when (failure is OperationCanceledException or AppRefusedException)
        {
            await error.WriteLineAsync($"The run goes on without being watched: `celerity runs show {id}` shows it, `celerity runs cancel {id}` stops it.");
            throw;
        }
    }

    private Task<JsonElement> DrawAsync(JsonElement run, string id, CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        return console.Progress().StartAsync(progress =>
        {
            var bars = new Dictionary<long, ProgressTask>();
            return PollAsync(
                run,
                id,
                now =>
                {
                    foreach (var stage in now.GetProperty("stages").EnumerateArray())
                    {
                        var (number, chunks) = (Number(stage, "stage"), stage.GetProperty("progress"));
                        var bar = bars.TryGetValue(number, out var known) ? known : bars[number] = progress.AddTask($"stage {number}");
                        bar.Description = $"stage {number} {Text(stage, "name")}, {Text(now, "state")}".EscapeMarkup();
                        bar.MaxValue = Math.Max(1, Number(chunks, "chunksTotal"));
                        bar.Value = Number(chunks, "chunksDone");
                    }
                },
                cancellationToken);
        });
    }

    private async Task<JsonElement> PollAsync(JsonElement run, string id, Action<JsonElement> report, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, around.Time);
        while (true)
        {
            report(run);
            if (RunText.IsOver(run))
            {
                return run;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
            run = await api.GetAsync($"runs/{id}?wait={WaitSeconds}", cancellationToken);
        }
    }

    private Action<JsonElement> ReportTenths()
    {
        var last = ("", -1L);
        return run =>
        {
            var progress = run.GetProperty("progress");
            var now = (Text(run, "state"), 10 * Number(progress, "chunksDone") / Math.Max(1, Number(progress, "chunksTotal")));
            if (now != last && !RunText.IsOver(run))
            {
                last = now;
                error.WriteLine(RunText.Summary(run));
            }
        };
    }
}
