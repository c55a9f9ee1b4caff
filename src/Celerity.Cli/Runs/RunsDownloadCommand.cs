using System.CommandLine;
using Celerity.Cli.Api;

namespace Celerity.Cli.Runs;

/// <summary><c>celerity runs download</c>.</summary>
internal sealed class RunsDownloadCommand : RunIdCommand
{
    public RunsDownloadCommand(AppOptions app, Surroundings around)
        : base("download", "What a stage of a run wrote, in the order of its chunks, or what it rejected.", app, around)
    {
        var stage = new Option<int>("--stage") { Description = "The stage, from 1.", HelpName = "N", DefaultValueFactory = _ => 1 };
        stage.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, out var number) && number > 0))
            {
                result.AddError($"--stage is '{text}'; it must be 1 or more, as `celerity runs show` numbers them.");
            }
        });
        var rejects = new Option<bool>("--rejects") { Description = "The records that it rejected, with their line and reason, as NDJSON." };
        var file = new Option<string>("--output", "-o") { Description = "The file, replaced once all is there; otherwise stdout.", HelpName = "FILE" };
        Options.Add(stage);
        Options.Add(rejects);
        Options.Add(file);
        SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetValue(file);
            if (name is null && around.IsOutputTerminal)
            {
                throw new WrongUsageException("What a stage wrote may be large, and bytes that steer a terminal: name a file by --output, or pipe it.");
            }

            using var api = Connect(parsed);
            await api.ReadAsync(
                $"{Path(parsed)}/stages/{parsed.GetValue(stage)}/{(parsed.GetValue(rejects) ? "rejects" : "output")}",
                content => name is null ? CopyAsync(content, cancellationToken) : ReplacedFile.WriteAsync(name, content, cancellationToken),
                cancellationToken);
            return ExitCodes.Success;
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity runs download 019b76b06a0070009d0e3f2ab19c55d0 -o clean.parquet", "what the first stage wrote"),
        ("celerity runs download 019b76b06a0070009d0e3f2ab19c55d0 --stage 2 --rejects | jq .reason", "why records of the second were rejected"),
    ];
}
