using System.Text.RegularExpressions;
using Xunit;

namespace Infra.Tests.Rules;

/// <summary>What the app logs is what docs/logs.md lists, each line with an id of its own.</summary>
public sealed partial class LogCatalogueTests
{
    private static readonly string[] Projects = ["src/Celerity", "src/Celerity.AzureStorage", "src/Celerity.Functions"];

    private static readonly List<(string Id, string Row)> Lines =
    [
        .. Projects.SelectMany(project => Repository.Sources(project, "*.cs")).SelectMany(path => LinePattern().Matches(File.ReadAllText(path)))
            .Select(match => (
                match.Groups["id"].Value,
                $"| {match.Groups["id"].Value} | {match.Groups["level"].Value} | {string.Concat(match.Groups["text"].Captures.Select(part => part.Value))} |"))
            .OrderBy(line => line.Item1, StringComparer.Ordinal),
    ];

    [Fact]
    public void Lines_Documented_AreThoseOfTheSource() =>
        Assert.Equal(Lines.Select(line => line.Row), Repository.Read("docs/logs.md").Split('\n').Where(row => row.StartsWith("| 2", StringComparison.Ordinal)));

    [Fact]
    public void Lines_EachHaveAnIdOfTheirOwn()
    {
        var all = Projects.SelectMany(project => Repository.Sources(project, "*.cs")).Sum(path => File.ReadAllText(path).Split("[LoggerMessage(").Length - 1);

        Assert.Equal(all, Lines.Select(line => line.Id).Distinct().Count());
    }

    [GeneratedRegex("""\[LoggerMessage\(\s*(?<id>\d+),\s*LogLevel\.(?<level>\w+),\s*"(?<text>[^"]*)"(\s*\+\s*"(?<text>[^"]*)")*""", RegexOptions.ExplicitCapture)]
    private static partial Regex LinePattern();
}
