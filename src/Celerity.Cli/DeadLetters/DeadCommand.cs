using System.CommandLine;
using Celerity.Cli.Api;
using Celerity.Cli.Help;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead</c>: what failed for good.</summary>
internal sealed class DeadCommand : Command, IHasExamples
{
    public DeadCommand(Surroundings around)
        : base("dead", "Look at what failed for good, replay it, purge it.")
    {
        var app = new AppOptions();
        app.AddTo(this);
        Subcommands.Add(new DeadGroupsCommand(app, around));
        Subcommands.Add(new DeadListCommand(app, around));
        Subcommands.Add(new DeadShowCommand(app, around));
        Subcommands.Add(new DeadReplayCommand(app, around));
        Subcommands.Add(new DeadPurgeCommand(app, around));
        Subcommands.Add(new DeadActionsCommand(app, around));
        Subcommands.Add(new DeadCancelCommand(app, around));
        Subcommands.Add(new DeadExportCommand(app, around));
        Subcommands.Add(new DeadImportCommand(app, around));
    }

    public IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity dead groups", "what hurts most, by cause"),
        ("celerity dead show 0190b0c4-…", "one task's end: attempts, stack, what it logged, payload"),
        ("celerity dead replay 0190b0c4-… --payload fixed.json", "one of them again, with another payload"),
        ("celerity dead replay --group 3f2ab19c55d0e1f2 --canary 10", "all of one cause, once ten of them have succeeded"),
        ("celerity dead replay --task 'invoices.*' --dry-run", "only says what it would do"),
        ("celerity dead purge --before 2026-01-01 --state replayed", "deletes for good, after asking"),
        ("celerity dead export --format csv -o dead.csv", "for a spreadsheet"),
    ];
}
