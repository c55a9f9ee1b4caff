using System.CommandLine;
using Celerity.Cli.Api;

namespace Celerity.Cli.Runs;

/// <summary><c>celerity runs show</c>.</summary>
internal sealed class RunsShowCommand : RunIdCommand
{
    public RunsShowCommand(AppOptions app, Surroundings around)
        : base("show", "One run: its stages, how fast they are, what failed, its result.", app, around)
    {
        var watch = new Option<bool>("--watch", "-w") { Description = "Watch it until it has ended." };
        Options.Add(watch);
        SetAction(async (parsed, cancellationToken) =>
        {
            if (!parsed.GetValue(watch))
            {
                return await ShowAsync(parsed, Path(parsed), RunText.Write, cancellationToken);
            }

            using var api = Connect(parsed);
            return await PrintAsync(
                parsed, await new RunFollowing(api, Around, parsed.InvocationConfiguration.Error).FollowAsync(parsed.GetValue(Id)!, cancellationToken), RunText.Write);
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity runs show 019b76b06a0070009d0e3f2ab19c55d0", "how far it is"),
        ("celerity runs show 019b76b06a0070009d0e3f2ab19c55d0 --watch", "until it has ended"),
        ("celerity runs show 019b76b06a0070009d0e3f2ab19c55d0 --json | jq .result", "what it returned"),
    ];
}
