using System.Globalization;
using Celerity.Cli.Api;

namespace Celerity.Cli.Runs;

/// <summary><c>celerity runs restart</c>.</summary>
internal sealed class RunRestartCommand : RunIdCommand
{
    public RunRestartCommand(AppOptions app, Surroundings around)
        : base("restart", "Run a run that has ended again, from a stage on.", app, around)
    {
        var stage = CheckedOption.Number("--stage", "The first stage that runs anew.", 1, 1, 10_000);
        Options.Add(stage);
        Options.Add(Why);
        SetAction(async (parsed, cancellationToken) =>
        {
            using var api = Connect(parsed);
            var answer = await api.PostAsync(
                $"{Path(parsed)}/restart?stage={parsed.GetValue(stage).ToString(CultureInfo.InvariantCulture)}", new { who = Who, why = parsed.GetValue(Why) }, cancellationToken);
            return await PrintAsync(parsed, answer, (json, page) => page.Whole(RunsCommand.Generation(json)));
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity runs restart 019b76b06a0070009d0e3f2ab19c55d0", "all of it"),
        ("celerity runs restart 019b76b06a0070009d0e3f2ab19c55d0 --stage 2", "what is before stays as it is"),
    ];
}
