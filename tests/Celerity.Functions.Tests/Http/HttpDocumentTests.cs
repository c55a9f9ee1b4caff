using System.Text.Json;
using System.Text.RegularExpressions;
using Celerity.Functions.Tests.EndToEnd;
using Xunit;

namespace Celerity.Functions.Tests.Http;

/// <summary>What is written of the API is what there is.</summary>
public sealed partial class HttpDocumentTests
{
    [Fact]
    public async Task Document_HasExactlyTheEndpoints_EachWithItsRole()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "http.md"), TestContext.Current.CancellationToken);

        var written = Row().Matches(text).Select(row => $"{row.Groups["method"]} {row.Groups["route"]} {row.Groups["role"]}").Order(StringComparer.Ordinal);

        Assert.Equal(
            HttpFunction.All.SelectMany(function => function.Methods.Where(method => method != "head").Select(method => $"{method.ToUpperInvariant()} {function.Route} {function.Role}"))
                .Order(StringComparer.Ordinal),
            written);
    }

    [Fact]
    public async Task ReaderFunctions_AreExactlyThoseThatShow()
    {
        var json = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "infra", "reader-functions.json"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpFunction.All.Where(function => function.Role == "reader").Select(function => function.Name), JsonSerializer.Deserialize<string[]>(json)!);
    }

    [Fact]
    public void Operators_OpenAllThatActs() =>
        Assert.All(HttpFunction.All.Where(function => function.Methods is not (["get"] or ["get", "head"])), function => Assert.Equal("operator", function.Role));

    [GeneratedRegex(@"^\| `(?<method>[A-Z]+) /api/(?<route>[^`]+)` \| (?<role>\w+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();
}
