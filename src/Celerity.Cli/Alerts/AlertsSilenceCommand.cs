using System.CommandLine;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Alerts;

/// <summary><c>celerity alerts silence</c>.</summary>
internal sealed class AlertsSilenceCommand : AppCommand
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public AlertsSilenceCommand(AppOptions app, Surroundings around)
        : base("silence", "Tell nobody of alerts for a while; what still fires then is told.", app, around)
    {
        var rule = CheckedOption.Text("--rule", "RULE", "Of which rule; all of them where it is left out.");
        var subject = CheckedOption.Text("--subject", "NAME", "Of which task, queue, circuit, run, worker or schedule; all of them where it is left out.");
        var length = CheckedOption.Text(
            "--for",
            "TIME",
            "For how long, such as 2h: 1 minute to 30 days.",
            text => Durations.TryParse(text, out var time) && time >= TimeSpan.FromMinutes(1) && time <= Longest ? null : "give a length from 1m to 30d.");
        length.Required = true;
        var why = new Option<string>("--why") { Description = "The reason, for the audit.", HelpName = "TEXT" };
        Options.Add(rule);
        Options.Add(subject);
        Options.Add(length);
        Options.Add(why);
        SetAction(async (parsed, cancellationToken) =>
        {
            using var api = Connect(parsed);
            _ = Durations.TryParse(parsed.GetValue(length)!, out var time);
            var body = new
            {
                rule = parsed.GetValue(rule),
                subject = parsed.GetValue(subject),
                minutes = (int)Math.Ceiling(time.TotalMinutes),
                who = Who,
                why = parsed.GetValue(why),
            };
            var answer = await api.PostAsync("alert-silences", body, cancellationToken);
            return await PrintAsync(parsed, answer, (json, page) => page.Whole($"Silenced until {When(json, "until")}: {Text(json, "id")}"));
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity alerts silence --rule BacklogIsLong --subject celerity-low --for 6h --why 'the import runs'", "one rule on one queue"),
        ("celerity alerts silence --for 30m --why 'the database moves'", "everything"),
    ];
}
