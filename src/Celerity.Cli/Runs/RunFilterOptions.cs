using System.CommandLine;
using Celerity.Cli.Api;

namespace Celerity.Cli.Runs;

/// <summary>Which runs a command is about.</summary>
internal sealed class RunFilterOptions
{
    private static readonly string[] States = ["pending", "running", "suspended", "cancelling", "succeeded", "succeededWithErrors", "failed", "cancelled", "purging"];

    private readonly TimeZoneInfo _zone;
    private readonly Option<string>[] _all;

    public RunFilterOptions(TimeZoneInfo zone)
    {
        _zone = zone;
        _all =
        [
            CheckedOption.Text(
                "--state", "STATE", $"Those in a state: {string.Join(", ", States)}.", text => States.Contains(text, StringComparer.OrdinalIgnoreCase) ? null : $"give one of {string.Join(", ", States)}."),
            CheckedOption.Text("--pipeline", "NAME", "Those of a pipeline."),
            CheckedOption.Text("--tag", "TAG", "Those with a tag."),
            CheckedOption.Instant("--since", "Started at this time or later.", zone),
            CheckedOption.Instant("--before", "Started before this time.", zone),
        ];
    }

    public void AddTo(Command command) => Array.ForEach(_all, command.Options.Add);

    public IReadOnlyDictionary<string, string> Read(ParseResult parsed) => _all
        .Where(option => parsed.GetValue(option) is not null)
        .ToDictionary(option => option.Name[2..], option => Value(option, parsed.GetValue(option)!));

    private string Value(Option<string> option, string text) =>
        option.Name is "--since" or "--before" && Instants.TryParse(text, _zone, out var at) ? Instants.Utc(at)
        : option.Name == "--state" ? States.First(state => state.Equals(text, StringComparison.OrdinalIgnoreCase))
        : text;
}
