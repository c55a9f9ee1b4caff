using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Celerity.TestKit.Hosting;
using Celerity.TestKit.Hosting.Faults;
using Xunit;

namespace Celerity.TestKit.Tests;

/// <summary>docs/testing.md shows what runs here, and names all there is.</summary>
public sealed partial class TestingPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Folder(), "../../docs/testing.md"));

    [Theory]
    [InlineData("order")]
    [InlineData("approval")]
    [InlineData("crash")]
    public void Example_OfThePage_IsTheOneThatRuns(string region)
    {
        var source = File.ReadAllText(Path.Combine(Folder(), "DocumentedTests.cs")).ReplaceLineEndings("\n");
        var lines = Regex.Match(source, $"#region {region}\n(?<lines>.*?)\n *#endregion", RegexOptions.Singleline).Groups["lines"].Value.Split('\n');
        var example = string.Join('\n', lines.Select(line => line.Length > 8 ? line[8..] : line));

        Assert.Contains(example, CodeBlock().Matches(Page.ReplaceLineEndings("\n")).Select(block => block.Groups["code"].Value.TrimEnd('\n')));
    }

    [Fact]
    public void Page_NamesEveryOptionPointAndOperation()
    {
        var names = typeof(FunctionTestHostOptions).GetProperties().Select(property => property.Name)
            .Concat(Enum.GetNames<FaultPoint>())
            .Concat(typeof(StorageOperations).GetFields().Select(field => field.Name));

        Assert.All(names, name => Assert.Contains($"`{name}`", Page, StringComparison.Ordinal));
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
