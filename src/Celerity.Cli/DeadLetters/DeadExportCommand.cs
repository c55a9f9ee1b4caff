using System.CommandLine;
using Celerity.Cli.Api;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead export</c>.</summary>
internal sealed class DeadExportCommand : DeadSubcommand
{
    public DeadExportCommand(AppOptions app, HttpMessageHandler? handler)
        : base("export", "Write dead letters to a file, one a line.", app, handler)
    {
        var query = new DeadLetterQueryOptions();
        query.AddTo(this);
        var format = new Option<string>("--format") { Description = "ndjson, which can be imported, or csv.", HelpName = "FORMAT", DefaultValueFactory = _ => "ndjson" };
        var file = new Option<string>("--output", "-o") { Description = "The file; otherwise stdout.", HelpName = "FILE" };
        Options.Add(format);
        Options.Add(file);
        SetAction(async (parsed, cancellationToken) =>
        {
            using var api = Connect(parsed);
            var path = $"dead-letters?{query.Query(parsed, ("format", parsed.GetValue(format)))}";
            await using var output = parsed.GetValue(file) is { } name ? File.Create(name) : Console.OpenStandardOutput();
            await api.CopyAsync(path, output, cancellationToken);
            return ExitCodes.Success;
        });
    }
}
