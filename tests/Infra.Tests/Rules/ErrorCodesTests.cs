using System.Reflection;
using System.Text.RegularExpressions;
using Celerity;
using Xunit;

namespace Infra.Tests.Rules;

public sealed partial class ErrorCodesTests
{
    private static readonly Dictionary<string, string> Declared = typeof(ErrorCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(field => field.Name, field => (string)field.GetRawConstantValue()!);

    private static readonly string[] Sources = [.. Repository.Sources("src", "*.cs").Where(path => Path.GetFileName(path) != "ErrorCodes.cs")];

    [Fact]
    public void Codes_Documented_AreThoseOfTheSource()
    {
        var documented = RowPattern().Matches(Repository.Read("docs/errors.md")).Select(match => match.Groups["code"].Value);

        Assert.Equal(Declared.Values.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Codes_MentionedInTheSource_AreDeclared()
    {
        var mentioned = Sources.SelectMany(path => CodePattern().Matches(File.ReadAllText(path))).Select(match => match.Value).ToHashSet();

        Assert.NotEmpty(mentioned);
        Assert.Subset(Declared.Values.ToHashSet(), mentioned);
    }

    [Fact]
    public void Codes_Declared_AreUsed()
    {
        var text = string.Concat(Sources.Select(File.ReadAllText));

        Assert.All(Declared.Keys, name => Assert.Contains($"ErrorCodes.{name}", text, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| (?<code>CEL\d{4}) \|[^|]+\|[^|]+\|\s*$", RegexOptions.Multiline)]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"CEL\d{4}")]
    private static partial Regex CodePattern();
}
