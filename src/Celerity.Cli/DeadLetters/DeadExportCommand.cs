using System.CommandLine;
using Celerity.Cli.Api;

namespace Celerity.Cli.DeadLetters;

/// <summary><c>celerity dead export</c>.</summary>
internal sealed class DeadExportCommand : AppCommand
{
    public DeadExportCommand(AppOptions app, Surroundings around)
        : base("export", "Write dead letters to a file, one a line.", app, around)
    {
        var query = new DeadLetterQueryOptions(around.Time.LocalTimeZone);
        query.AddTo(this);
        var format = new Option<string>("--format") { Description = "ndjson, which can be imported, or csv.", HelpName = "FORMAT", DefaultValueFactory = _ => "ndjson" };
        format.AcceptOnlyFromAmong("ndjson", "csv");
        var file = new Option<string>("--output", "-o") { Description = "The file, replaced once all is there; otherwise stdout.", HelpName = "FILE" };
        Options.Add(format);
        Options.Add(file);
        SetAction(async (parsed, cancellationToken) =>
        {
            using var api = Connect(parsed);
            await api.ReadAsync(
                parsed.GetValue(format) == "csv" ? $"dead-letters?{query.Query(parsed, ("format", "csv"))}" : $"dead-letter-export?{query.Query(parsed)}",
                letters => parsed.GetValue(file) is { } name ? ReplacedFile.WriteAsync(name, letters, cancellationToken)
                    : around.IsOutputTerminal ? ShowAsync(letters, parsed.InvocationConfiguration.Output, cancellationToken)
                    : CopyAsync(letters, cancellationToken),
                cancellationToken);
            return ExitCodes.Success;
        });
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity dead export -o dead.ndjson", "all, to be kept or imported elsewhere"),
        ("celerity dead export --group 3f2ab19c55d0e1f2 --format csv -o dead.csv", "one cause, for a spreadsheet"),
        ("celerity dead export --since 2026-01-31 | jq .payload", "for other programs"),
    ];

    // On a terminal the letters are read by people: nothing in them may steer it.
    private static async Task ShowAsync(Stream letters, TextWriter output, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(letters);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            await output.WriteLineAsync(SafeText.Lines(line));
        }
    }
}
