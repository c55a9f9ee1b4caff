using System.CommandLine;
using Celerity.Cli.Api;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead cancel</c>.</summary>
internal sealed class DeadCancelCommand : AppCommand
{
    public DeadCancelCommand(AppOptions app, Surroundings around)
        : base("cancel", "Stop a replay or purge; what it has done stays done.", app, around)
    {
        var id = new Argument<string>("id") { Description = "The action's id." };
        var why = new Option<string>("--why") { Description = "The reason, for the audit.", HelpName = "TEXT" };
        Arguments.Add(id);
        Options.Add(why);
        SetAction(async (parsed, cancellationToken) =>
        {
            using var api = Connect(parsed);
            var answer = await api.PostAsync(
                $"dead-letter-actions/{Uri.EscapeDataString(parsed.GetValue(id)!)}/cancel", new { who = Who, why = parsed.GetValue(why) }, cancellationToken);
            return await PrintAsync(parsed, answer, (json, page) => page.Line(json.GetProperty("changed").GetBoolean() ? "Stopped." : "It had ended before."));
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity dead cancel 0190b0c4-8a54-7cc1-9d0e-3f2ab19c55d0", "stops one; `celerity dead actions` has the ids"),
    ];
}
