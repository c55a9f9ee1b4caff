using System.CommandLine;
using Celerity.Cli.Api;
using Celerity.Cli.Help;

namespace Celerity.Cli.Schedules;

/// <summary><c>celerity schedules</c>: what runs by itself.</summary>
internal sealed class SchedulesCommand : Command, IHasExamples
{
    public SchedulesCommand(Surroundings around)
        : base("schedules", "Look at what runs by itself; pause it, run it now, add and remove it.")
    {
        var app = new AppOptions();
        app.AddTo(this);
        Subcommands.Add(new ScheduleListCommand(app, around));
        Subcommands.Add(new ScheduleShowCommand(app, around));
        Subcommands.Add(new SchedulePauseCommand(app, around));
        Subcommands.Add(new ScheduleResumeCommand(app, around));
        Subcommands.Add(new ScheduleRunCommand(app, around));
        Subcommands.Add(new ScheduleAddCommand(app, around));
        Subcommands.Add(new ScheduleRemoveCommand(app, around));
    }

    public IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity schedules list", "when each fires, and how its last firing ended"),
        ("celerity schedules show nightly", "its next ten due times and the latest ones"),
        ("celerity schedules pause nightly --why 'the database moves'", "keeps it from firing"),
        ("celerity schedules add nightly --cron '0 3 * * *' --zone Europe/Berlin --task invoices.render", "a new one"),
        ("celerity schedules remove nightly", "after asking"),
    ];
}
