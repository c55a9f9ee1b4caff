using System.CommandLine;
using System.Text.Json;
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
            Text("--queue", "NAME", "Those from a queue."),
            Text("--run", "ID", "Those of a run."),
            Name<DeadLetterState>("--state", "STATE", "Those of which this has become:"),
            Time("--since", "Ended at this time or later.", zone),
            Time("--before", "Ended before this time.", zone))
    {
    }

    private DeadLetterQueryOptions(TimeZoneInfo zone, params Option<string>[] ofLetters)
    {
        _zone = zone;
        _all =
        [
            Text("--group", "ID", "Those of one cause; `celerity dead groups` lists them."),
            Text("--task", "NAME", "Those of a task or stage; 'invoices.*' for all that begin so."),
            Name<ErrorCategory>("--category", "KIND", "Those of a kind:"),
            Name<Severity>("--severity", "LEAST", "Those of this severity and above:"),
            Text("--exception", "TYPE", "The exception's type with its namespace."),
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

    private static Option<string> Text(string name, string help, string description) => Checked(name, help, description, _ => null);

    private static Option<string> Name<T>(string name, string help, string description)
        where T : struct, Enum
    {
        var known = Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();
        var list = string.Join(", ", known);
        return Checked(name, help, $"{description} {list}.", text => known.Contains(text, StringComparer.OrdinalIgnoreCase) ? null : $"give one of {list}.");
    }

    private static Option<string> Time(string name, string description, TimeZoneInfo zone) => Checked(
        name, "TIME", $"{description} 2026-01-31T12:00Z, or 2026-01-31 in this machine's zone.", text => Instants.TryParse(text, zone, out _) ? null : Instants.Rule);

    private static Option<string> Checked(string name, string help, string description, Func<string, string?> fault)
    {
        var option = new Option<string>(name) { HelpName = help, Description = description };
        option.Validators.Add(result =>
        {
            // Without a value it is an error already.
            if (result.Tokens is not [{ Value: var text }, ..])
            {
                return;
            }

            if (text.Trim().Length == 0)
            {
                result.AddError($"{name} is empty: give a value, or leave it out for any.");
            }
            else if (fault(text) is { } message)
            {
                result.AddError($"{name} is '{text}': {message}");
            }
        });
        return option;
    }
}
