using System.CommandLine;
using Celerity.Cli.Api;

namespace Celerity.Cli.Runs;

/// <summary>What a start or a clone says beside its request.</summary>
internal sealed class StartTermOptions
{
    private readonly Option<string[]> _tags = new("--tag") { Description = "A tag; up to 20.", HelpName = "TAG" };
    private readonly Option<string> _key = CheckedOption.Text("--key-once", "KEY", "Started again with the same one within 7 days, it is the run that is there.");
    private readonly Option<string> _deadline = CheckedOption.Text("--deadline", "TIME", "By when it has to end, else it fails: a duration such as PT2H, or an instant with its zone.");

    public void AddTo(Command command)
    {
        command.Options.Add(_tags);
        command.Options.Add(_key);
        command.Options.Add(_deadline);
    }

    /// <summary>As the query of a URL, with its question mark.</summary>
    public string Query(ParseResult parsed)
    {
        var pairs = (parsed.GetValue(_tags) ?? []).Select(tag => ("tag", tag))
            .Concat(parsed.GetValue(_key) is { } key ? [("idempotencyKey", key)] : [])
            .Concat(parsed.GetValue(_deadline) is { } deadline ? [("deadline", deadline)] : [])
            .Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2)}").ToList();
        return pairs.Count == 0 ? "" : $"?{string.Join('&', pairs)}";
    }
}
