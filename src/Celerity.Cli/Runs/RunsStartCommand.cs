using System.CommandLine;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Runs;

/// <summary><c>celerity runs start</c>.</summary>
internal sealed class RunsStartCommand : AppCommand
{
    public RunsStartCommand(AppOptions app, Surroundings around)
        : base("start", "Start a pipeline.", app, around)
    {
        var pipeline = new Argument<string>("pipeline") { Description = "The pipeline's name." };
        var (request, terms, wait) = (new PayloadOption("The request.", around, "--request"), new StartTermOptions(), RunBegin.NewWaitOption());
        Arguments.Add(pipeline);
        Options.Add(request.Option);
        terms.AddTo(this);
        Options.Add(wait);
        SetAction(async (parsed, cancellationToken) =>
        {
            object body = await request.ReadAsync(parsed, cancellationToken) is { } json ? json : new { };
            using var api = Connect(parsed);
            var run = await api.PostAsync($"pipelines/{Uri.EscapeDataString(parsed.GetValue(pipeline)!)}{terms.Query(parsed)}", body, cancellationToken);
            if (!parsed.GetValue(wait))
            {
                return await PrintAsync(parsed, run, (answer, page) => page.Whole(RunBegin.Line(answer)));
            }

            run = await new RunFollowing(api, Around, parsed.InvocationConfiguration.Error).FollowAsync(Text(run, "id"), cancellationToken);
            await PrintAsync(parsed, run, RunText.Write);
            return RunText.HasSucceeded(run) ? ExitCodes.Success : ExitCodes.RunFailed;
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity runs start flight-delays --request may.json --wait", "from a file, and waits for its end"),
        ("""celerity runs start flight-delays --request '{"source":{"container":"data","blob":"may.csv"}}'""", "as it stands; prints the run's id"),
        ("celerity runs start flight-delays --request may.json --key-once 2026-05 --tag monthly --deadline PT2H", "once, however often it is called"),
    ];
}
