using System.Reflection;
using System.Text.RegularExpressions;
using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Rules;

/// <summary>Each rule of the programming model has a test, and the table in the docs names it. That each ran and passed, .ci/run checks.</summary>
public sealed partial class RuleTableTests
{
    private static readonly IReadOnlyList<Rule> Rules = RuleTable.Read();

    [Fact]
    public void Rules_AllSections_AreThere()
    {
        string[] expected =
        [
            .. Enumerable.Range(1, 10).Select(i => $"Queue trigger 1.{i}"),
            .. Enumerable.Range(1, 14).Select(i => $"Worker model 2.{i}"),
            .. Enumerable.Range(2, 15).Select(i => $"Durable 3.{i}"),
        ];

        Assert.Equal(expected, Rules.Select(rule => rule.Section.Split(':')[0]).Distinct());
        Assert.InRange(Rules.Count, 200, 2000);
    }

    [Fact]
    public void Tests_NamedInTheTable_Exist()
    {
        var missing = Rules.SelectMany(rule => rule.Tests).Distinct().Where(name => !Exists(name)).ToList();

        Assert.True(missing.Count == 0, $"{missing.Count} tests named in docs/local-runtime.md do not exist:\n{string.Join('\n', missing)}");
    }

    [Fact]
    public void Rules_WithoutATest_SayWhyAndAreFew()
    {
        var uncovered = Rules.Where(rule => !rule.IsCovered).ToList();

        Assert.All(uncovered, rule => Assert.Matches("^not covered: .{10,}", rule.Shown));
        Assert.True(uncovered.Count <= Rules.Count / 20, $"{uncovered.Count} of {Rules.Count}");
        Assert.DoesNotContain(uncovered, rule => AlwaysCovered().IsMatch(rule.Section));
    }

    private static bool Exists(string name)
    {
        var (type, method) = (name[..name.LastIndexOf('.')], name[(name.LastIndexOf('.') + 1)..]);
        if (!name.StartsWith("Celerity.", StringComparison.Ordinal))
        {
            var found = typeof(RuleTableTests).Assembly.GetType($"Celerity.LocalRuntime.Tests.{type}")?.GetMethod(method);
            return found?.GetCustomAttribute<FactAttribute>() is { Skip: null };
        }

        // Of another project, which this one does not reference: by its source.
        var project = OtherProject().Match(type).Value;
        var file = type[project.Length..].Trim('.').Replace('.', Path.DirectorySeparatorChar) + ".cs";
        var path = Path.Combine(RepositoryRoot.Find(), "tests", project, file);
        return File.Exists(path) && Regex.IsMatch(File.ReadAllText(path), $@"\[(Fact|Theory)[^\]]*\][^}}]*\b{Regex.Escape(method)}\(");
    }

    [GeneratedRegex(@"^Celerity\.[A-Za-z]+\.Tests")]
    private static partial Regex OtherProject();

    [GeneratedRegex(@"^(Queue trigger 1\.5|Durable 3\.([3-9]|10|11))(:|$)")]
    private static partial Regex AlwaysCovered();
}
