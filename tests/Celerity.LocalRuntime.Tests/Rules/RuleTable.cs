using System.Text.RegularExpressions;
using Celerity.LocalRuntime.Emulator;

namespace Celerity.LocalRuntime.Tests.Rules;

/// <summary>The rules of docs/local-runtime.md, each with the tests that show it.</summary>
internal static partial class RuleTable
{
    public static IReadOnlyList<Rule> Read()
    {
        var rules = new List<Rule>();
        var section = "";
        foreach (var line in File.ReadLines(Path.Combine(RepositoryRoot.Find(), "docs", "local-runtime.md")))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                section = line[4..];
            }
            else if (Section().IsMatch(section) && Row().Match(line) is { Success: true } row && row.Groups["rule"].Value is not ("rule" or "---"))
            {
                var shown = row.Groups["shown"].Value;
                rules.Add(new Rule(section, row.Groups["rule"].Value, shown, [.. Name().Matches(shown).Select(match => match.Groups["name"].Value)]));
            }
        }

        return rules;
    }

    [GeneratedRegex(@"^(Queue trigger|Worker model|Durable) [123]\.")]
    private static partial Regex Section();

    [GeneratedRegex(@"^\| ?(?<rule>.+?) ?\| ?(?<shown>.+?) ?\|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<name>[A-Za-z]+(\.[A-Za-z0-9_]+)+)`")]
    private static partial Regex Name();
}

/// <summary>One rule of the reference.</summary>
/// <param name="Section">Where it stands.</param>
/// <param name="Text">What it says.</param>
/// <param name="Shown">What the table says of how it is shown.</param>
/// <param name="Tests">The tests named there; without a project they are of this one.</param>
internal sealed record Rule(string Section, string Text, string Shown, IReadOnlyList<string> Tests)
{
    public bool IsCovered => Tests.Count > 0;
}
