using System.CommandLine;
using Celerity.Cli.Api;

namespace Celerity.Cli.Schedules;

/// <summary><c>celerity schedules remove</c>.</summary>
internal sealed class ScheduleRemoveCommand : ScheduleCommand
{
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask." };

    public ScheduleRemoveCommand(AppOptions app, Surroundings around)
        : base("remove", "Delete a schedule that was made over HTTP; what it has fired runs on.", app, around)
    {
        Options.Add(Why);
        Options.Add(_yes);
        SetAction(async (parsed, cancellationToken) =>
        {
            using var api = Connect(parsed);
            var schedule = await api.GetAsync($"{Path(parsed)}?firings=1", cancellationToken);
            if (await ConfirmAsync(parsed, parsed.GetValue(_yes), schedule, "Remove it?", cancellationToken) is { } exit)
            {
                return exit;
            }

            var answer = await api.DeleteAsync(Path(parsed), new { who = Who, why = parsed.GetValue(Why) }, cancellationToken);
            return await PrintAsync(parsed, answer, (_, page) => page.Line("Removed."));
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity schedules remove nightly", "after asking"),
        ("celerity schedules remove nightly --why 'moved to the new app' --yes", "from a script: does not ask"),
    ];
}
