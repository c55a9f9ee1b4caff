using System.CommandLine;

namespace Celerity.Cli.DeadLetters;

/// <summary>Which letters a command is about.</summary>
internal sealed class DeadLetterQueryOptions
{
    private readonly Option<string>[] _all =
    [
        Text("group", "ID", "Those of one cause; `celerity dead groups` lists them."),
        Text("task", "NAME", "Those of a task or stage; 'invoices.*' for all that begin so."),
        Text("category", "KIND", "Such as permanent, transient, timedOut, crashed, undecodable."),
        Text("severity", "LEAST", "low, medium, high or critical, and above."),
        Text("exception", "TYPE", "The exception's type with its namespace."),
        Text("queue", "NAME", "Those from a queue."),
        Text("run", "ID", "Those of a run."),
        Text("state", "STATE", "open, replayed or setAside."),
        Text("since", "TIME", "Ended at this time or later, such as 2026-01-31T12:00Z."),
        Text("before", "TIME", "Ended before this time."),
    ];

    public void AddTo(Command command) => Array.ForEach(_all, command.Options.Add);

    public IReadOnlyDictionary<string, string> Read(ParseResult parsed) => _all
        .Where(option => parsed.GetValue(option) is { Length: > 0 })
        .ToDictionary(option => option.Name[2..], option => parsed.GetValue(option)!);

    /// <summary>As the query of a URL, with more beside.</summary>
    public string Query(ParseResult parsed, params (string Name, string? Value)[] more) => string.Join('&', Read(parsed)
        .Select(pair => (Name: pair.Key, Value: (string?)pair.Value)).Concat(more)
        .Where(pair => pair.Value is { Length: > 0 })
        .Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));

    private static Option<string> Text(string name, string help, string description) => new($"--{name}") { HelpName = help, Description = description };
}
