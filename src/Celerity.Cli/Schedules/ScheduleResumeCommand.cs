using Celerity.Cli.Api;

namespace Celerity.Cli.Schedules;

/// <summary><c>celerity schedules resume</c>.</summary>
internal sealed class ScheduleResumeCommand : ScheduleCommand
{
    public ScheduleResumeCommand(AppOptions app, Surroundings around)
        : base("resume", "Let a schedule fire again, from now on; nothing is made up for.", app, around)
    {
        Options.Add(Why);
        SetAction((parsed, cancellationToken) => ChangeAsync(
            parsed, "resume", (json, page) => page.Whole(json.GetProperty("changed").GetBoolean() ? "It fires again." : "It was not paused."), cancellationToken));
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity schedules resume nightly --why 'moved'", "its next due time fires"),
    ];
}
