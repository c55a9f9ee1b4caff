using System.CommandLine;
using Celerity.Cli.Api;

namespace Celerity.Cli.Alerts;

/// <summary><c>celerity alerts unsilence</c>.</summary>
internal sealed class AlertsUnsilenceCommand : AppCommand
{
    public AlertsUnsilenceCommand(AppOptions app, Surroundings around)
        : base("unsilence", "End a silence before its time.", app, around)
    {
        var id = new Argument<string>("id") { Description = "The silence's id, as `celerity alerts list` shows it." };
        var why = new Option<string>("--why") { Description = "The reason, for the audit.", HelpName = "TEXT" };
        Arguments.Add(id);
        Options.Add(why);
        SetAction(async (parsed, cancellationToken) =>
        {
            using var api = Connect(parsed);
            var answer = await api.DeleteAsync(
                $"alert-silences/{Uri.EscapeDataString(parsed.GetValue(id)!)}", new { who = Who, why = parsed.GetValue(why) }, cancellationToken);
            return await PrintAsync(parsed, answer, (_, page) => page.Whole("Ended. What still fires is told within a minute."));
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity alerts unsilence 019b76b06a0070009d0e3f2ab19c55d0 --why 'the import is through'", "tells again what still fires"),
    ];
}
