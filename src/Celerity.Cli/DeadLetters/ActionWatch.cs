using System.Text.Json;
using Celerity.Cli.Api;
using Spectre.Console;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.DeadLetters;

/// <summary>Watches a replay or purge until it has ended: a bar on a terminal, a line each tenth elsewhere.</summary>
internal sealed class ActionWatch(AppApi api, Surroundings around, TextWriter error)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    // An action that takes long is looked at less often: each look is a request to storage.
    private static readonly TimeSpan LookEveryLater = TimeSpan.FromSeconds(3);
    private const int SoonLooks = 20;

    /// <summary>Says how far an action is, or how it ended.</summary>
    public static string Summary(JsonElement action)
    {
        var reason = Text(action, "reason", 1200);
        return $"{Text(action, "kind")} {Text(action, "state")}: {Number(action, "done"):N0} done, {Number(action, "setAside"):N0} set aside, {Number(action, "refused"):N0} refused."
            + (reason.Length > 0 ? $" {reason}" : "");
    }

    /// <summary>Watches it and gives it as it ended.</summary>
    /// <exception cref="AppRefusedException">The app stopped answering; what to do about the action has been said.</exception>
    /// <exception cref="OperationCanceledException">The watching was cancelled, not the action; that has been said.</exception>
    public async Task<JsonElement> FollowAsync(JsonElement action, CancellationToken cancellationToken)
    {
        try
        {
            return around.IsErrorTerminal ? await DrawAsync(action, cancellationToken) : await PollAsync(action, ReportTenths(), cancellationToken);
        }
        catch (Exception failure) when (failure is OperationCanceledException or AppRefusedException)
        {
            var id = Text(action, "id");
            await error.WriteLineAsync(
                $"The {Text(action, "kind")} {id} goes on without being watched: `celerity dead actions` shows it, `celerity dead cancel {id}` stops it.");
            throw;
        }
    }

    private Task<JsonElement> DrawAsync(JsonElement action, CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        return console.Progress().StartAsync(progress =>
        {
            var bar = progress.AddTask(Text(action, "kind"), maxValue: Expected(action));
            return PollAsync(
                action,
                now =>
                {
                    bar.Description = $"{Text(now, "kind")}, {Text(now, "state")}".EscapeMarkup();
                    bar.Value = IsOver(now) ? bar.MaxValue : Touched(now);
                },
                cancellationToken);
        });
    }

    private async Task<JsonElement> PollAsync(JsonElement action, Action<JsonElement> report, CancellationToken cancellationToken)
    {
        var path = $"dead-letter-actions/{Uri.EscapeDataString(Text(action, "id"))}";
        using var timer = new PeriodicTimer(LookEvery, around.Time);
        for (var looks = 0; ; looks++)
        {
            report(action);
            if (IsOver(action))
            {
                return action;
            }

            timer.Period = looks < SoonLooks ? LookEvery : LookEveryLater;
            await timer.WaitForNextTickAsync(cancellationToken);
            action = await api.GetAsync(path, cancellationToken);
        }
    }

    private Action<JsonElement> ReportTenths()
    {
        var last = -1L;
        return action =>
        {
            if (10 * Touched(action) / Expected(action) is var tenth && tenth > last && !IsOver(action))
            {
                last = tenth;
                error.WriteLine($"{Text(action, "kind")} {Text(action, "state")}: {Touched(action):N0} of {Expected(action):N0}");
            }
        };
    }

    private static bool IsOver(JsonElement action) => Text(action, "endedAt").Length > 0;

    private static long Expected(JsonElement action) => Math.Max(1, Number(action, "expected"));

    private static long Touched(JsonElement action) => Number(action, "done") + Number(action, "setAside") + Number(action, "refused");
}
