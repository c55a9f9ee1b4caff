using System.CommandLine;
using Celerity.Cli.Api;
using Celerity.Cli.Help;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Runs;

/// <summary><c>celerity runs</c>: pipelines at work.</summary>
internal sealed class RunsCommand : Command, IHasExamples
{
    public RunsCommand(Surroundings around)
        : base("runs", "Start runs of pipelines, watch them, hold, stop, repeat and purge them.")
    {
        var app = new AppOptions();
        app.AddTo(this);
        Subcommands.Add(new RunsListCommand(app, around));
        Subcommands.Add(new RunsShowCommand(app, around));
        Subcommands.Add(new RunsDownloadCommand(app, around));
        Subcommands.Add(new RunsStartCommand(app, around));
        Subcommands.Add(new RunsWaitCommand(app, around));
        Subcommands.Add(new RunChangeCommand("cancel", "Ask a run to stop.", "cancel", _ => "Asked to stop.", app, around));
        Subcommands.Add(new RunChangeCommand("suspend", "Hold what a run does, until it is resumed.", "suspend", json => Changed(json) ? "Suspended." : "It was suspended before.", app, around));
        Subcommands.Add(new RunChangeCommand("resume", "Let a suspended run go on.", "resume", json => Changed(json) ? "Resumed." : "It was not suspended.", app, around));
        Subcommands.Add(new RunChangeCommand("retry-failed", "Run again what failed of a run that has ended, and what it never reached.", "retry-failed", Generation, app, around));
        Subcommands.Add(new RunRestartCommand(app, around));
        Subcommands.Add(new RunCloneCommand(app, around));
        Subcommands.Add(new RunsPurgeCommand(app, around));
    }

    public IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity runs start flight-delays --request may.json --wait", "starts one, and waits for its end"),
        ("celerity runs list --state failed --since 2026-01-31", "what failed since that day"),
        ("celerity runs show 019b… --watch", "how far it is, until it has ended"),
        ("celerity runs download 019b… --stage 1 -o clean.parquet", "what a stage wrote"),
        ("celerity runs suspend 019b… --why 'the database moves'", "holds it at no attempt"),
        ("celerity runs retry-failed 019b…", "its failed chunks again"),
        ("celerity runs purge --before 2026-01-01 --dry-run", "only says what it would delete"),
    ];

    public static string Generation(System.Text.Json.JsonElement json) => $"Started as generation {Number(json, "generation")}.";

    private static bool Changed(System.Text.Json.JsonElement json) => json.GetProperty("changed").GetBoolean();
}
