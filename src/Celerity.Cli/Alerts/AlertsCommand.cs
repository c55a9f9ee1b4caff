using System.CommandLine;
using Celerity.Cli.Api;
using Celerity.Cli.Help;

namespace Celerity.Cli.Alerts;

/// <summary><c>celerity alerts</c>: what is wrong now.</summary>
internal sealed class AlertsCommand : Command, IHasExamples
{
    public AlertsCommand(Surroundings around)
        : base("alerts", "Look at alerts and their rules; silence them and end silences.")
    {
        var app = new AppOptions();
        app.AddTo(this);
        Subcommands.Add(new AlertsListCommand(app, around));
        Subcommands.Add(new AlertsRulesCommand(app, around));
        Subcommands.Add(new AlertsSilenceCommand(app, around));
        Subcommands.Add(new AlertsUnsilenceCommand(app, around));
    }

    public IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity alerts list", "what fires, what may soon, and what is silenced"),
        ("celerity alerts rules", "what is watched, and the thresholds"),
        ("celerity alerts silence --rule BacklogIsLong --for 2h --why 'the import runs'", "tells nobody for two hours"),
        ("celerity alerts unsilence 019b…", "tells again what still fires"),
    ];
}
