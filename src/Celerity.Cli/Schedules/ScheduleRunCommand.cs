using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Schedules;

/// <summary><c>celerity schedules run</c>.</summary>
internal sealed class ScheduleRunCommand : ScheduleCommand
{
    public ScheduleRunCommand(AppOptions app, Surroundings around)
        : base("run", "Fire a schedule now, beside its due times, whatever pause and overlap say.", app, around)
    {
        Options.Add(Why);
        SetAction((parsed, cancellationToken) => ChangeAsync(
            parsed, "run", (json, page) => page.Whole($"Fired as {Text(json, "id")}."), cancellationToken));
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity schedules run nightly --why 'a customer waits'", "says the id of the task or run"),
    ];
}
