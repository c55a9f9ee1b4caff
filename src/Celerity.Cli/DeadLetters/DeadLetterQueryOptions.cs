using System.CommandLine;
using Celerity.Cli.Api;

namespace Celerity.Cli.DeadLetters;

/// <summary>Which letters a command is about. What is misread would mean more of them, so nothing is passed over.</summary>
internal sealed class DeadLetterQueryOptions
{
    private readonly TimeZoneInfo _zone;
    private readonly Option<string>[] _all;

    /// <summary>Makes the options; a time without a zone is meant in <paramref name="zone"/>.</summary>
    public DeadLetterQueryOptions(TimeZoneInfo zone)
        : this(
            zone,
            CheckedOption.Text("--queue", "NAME", "Those from a queue."),
            CheckedOption.Text("--run", "ID", "Those of a run."),
            CheckedOption.Name<DeadLetterState>("--state", "STATE", "Those of which this has become:"),
            CheckedOption.Instant("--since", "Ended at this time or later.", zone),
            CheckedOption.Instant("--before", "Ended before this time.", zone))
    {
    }

    private DeadLetterQueryOptions(TimeZoneInfo zone, params Option<string>[] ofLetters)
    {
        _zone = zone;
        _all =
        [
            CheckedOption.Text("--group", "ID", "Those of one cause; `celerity dead groups` lists them."),
            CheckedOption.Text("--task", "NAME", "Those of a task or stage; 'invoices.*' for all that begin so."),
            CheckedOption.Name<ErrorCategory>("--category", "KIND", "Those of a kind:"),
            CheckedOption.Name<Severity>("--severity", "LEAST", "Those of this severity and above:"),
            CheckedOption.Text("--exception", "TYPE", "The exception's type with its namespace."),
            .. ofLetters,
        ];
    }

    /// <summary>Makes those that groups can be told apart by.</summary>
    public static DeadLetterQueryOptions OfGroups() => new(TimeZoneInfo.Utc, []);

    public void AddTo(Command command) => Array.ForEach(_all, command.Options.Add);

    /// <summary>Gives those that are set on a command line, by their names.</summary>
    public IEnumerable<string> Given(ParseResult parsed) => _all.Where(option => parsed.GetResult(option) is not null).Select(option => option.Name);

    public IReadOnlyDictionary<string, string> Read(ParseResult parsed) => _all
        .Where(option => parsed.GetValue(option) is not null)
        .ToDictionary(option => option.Name[2..], option => Value(option, parsed.GetValue(option)!));

    /// <summary>As the query of a URL, with more beside.</summary>
    public string Query(ParseResult parsed, params (string Name, string? Value)[] more) => string.Join('&', Read(parsed)
        .Select(pair => (Name: pair.Key, Value: (string?)pair.Value)).Concat(more)
        .Where(pair => pair.Value is not null)
        .Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));

    private string Value(Option<string> option, string text) =>
        option.Name is "--since" or "--before" && Instants.TryParse(text, _zone, out var at) ? Instants.Utc(at) : text;
}
