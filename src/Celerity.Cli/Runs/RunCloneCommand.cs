using Celerity.Cli.Api;

namespace Celerity.Cli.Runs;

/// <summary><c>celerity runs clone</c>.</summary>
internal sealed class RunCloneCommand : RunIdCommand
{
    public RunCloneCommand(AppOptions app, Surroundings around)
        : base("clone", "Start a new run with the request of another, some of it changed.", app, around)
    {
        var (change, terms) = (new PayloadOption("What changes of the request: a JSON merge patch.", around, "--change"), new StartTermOptions());
        Options.Add(change.Option);
        terms.AddTo(this);
        SetAction(async (parsed, cancellationToken) =>
        {
            object body = await change.ReadAsync(parsed, cancellationToken) is { } json ? json : new { };
            using var api = Connect(parsed);
            var answer = await api.PostAsync($"{Path(parsed)}/clone{terms.Query(parsed)}", body, cancellationToken);
            return await PrintAsync(parsed, answer, (run, page) => page.Whole(RunBegin.Line(run)));
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity runs clone 019b76b06a0070009d0e3f2ab19c55d0", "the same again, as a run of its own"),
        ("""celerity runs clone 019b76b06a0070009d0e3f2ab19c55d0 --change '{"source":{"blob":"june.csv"}}'""", "with another blob"),
    ];
}
