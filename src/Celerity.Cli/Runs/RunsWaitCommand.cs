using Celerity.Cli.Api;

namespace Celerity.Cli.Runs;

/// <summary><c>celerity runs wait</c>.</summary>
internal sealed class RunsWaitCommand : RunIdCommand
{
    public RunsWaitCommand(AppOptions app, Surroundings around)
        : base("wait", "Wait for a run's end; 1 where it did not succeed.", app, around) =>
        SetAction(async (parsed, cancellationToken) =>
        {
            using var api = Connect(parsed);
            var run = await new RunFollowing(api, Around, parsed.InvocationConfiguration.Error).FollowAsync(parsed.GetValue(Id)!, cancellationToken);
            await PrintAsync(parsed, run, (json, page) => page.Whole(RunText.Summary(json)));
            return RunText.HasSucceeded(run) ? ExitCodes.Success : ExitCodes.RunFailed;
        });

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity runs wait 019b76b06a0070009d0e3f2ab19c55d0 && ./publish.sh", "goes on where it succeeded"),
    ];
}
