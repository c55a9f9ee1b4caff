using Celerity.Cli.Api;

namespace Celerity.Cli.Schedules;

/// <summary><c>celerity schedules pause</c>.</summary>
internal sealed class SchedulePauseCommand : ScheduleCommand
{
    public SchedulePauseCommand(AppOptions app, Surroundings around)
        : base("pause", "Keep a schedule from firing, until it is resumed.", app, around)
    {
        Options.Add(Why);
        SetAction((parsed, cancellationToken) => ChangeAsync(
            parsed, "pause", (json, page) => page.Whole(json.GetProperty("changed").GetBoolean() ? "Paused." : "It was paused before."), cancellationToken));
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity schedules pause nightly --why 'the database moves'", "what was fired runs on"),
    ];
}
