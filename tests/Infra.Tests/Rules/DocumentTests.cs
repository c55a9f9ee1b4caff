using System.Text.RegularExpressions;
using Xunit;

namespace Infra.Tests.Rules;

/// <summary>What the documents promise is there.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents =>
        [.. Repository.Sources("docs", "*.md").Select(path => Path.GetRelativePath(Repository.Root, path)), "README.md", "CHANGELOG.md"];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_ToFiles_LeadSomewhere(string document)
    {
        var folder = Path.GetDirectoryName(Repository.File(document))!;
        var targets = LinkPattern().Matches(Repository.Read(document))
            .Select(match => match.Groups["target"].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal));

        Assert.All(targets, target => Assert.True(Path.Exists(Path.Combine(folder, target)), $"{document} links to {target}, which is not there."));
    }

    [Fact]
    public void Index_OfTheDocs_ListsEveryPage()
    {
        var index = Repository.Read("docs/README.md");

        Assert.All(
            Repository.Sources("docs", "*.md").Select(Path.GetFileName).Where(name => name != "README.md"),
            page => Assert.Contains($"({page})", index, StringComparison.Ordinal));
    }

    [Fact]
    public void Readme_TestCommand_IsTheOneThatCiRuns()
    {
        Assert.Matches(TestCommandPattern(), Repository.Read("README.md"));
        Assert.Contains("step 'tests' dotnet test\n", Repository.Read(".ci/run"), StringComparison.Ordinal);
    }

    [Fact]
    public void Readme_Commands_NameFilesThatAreThere()
    {
        var commands = ShellPattern().Matches(Repository.Read("README.md")).SelectMany(match => match.Groups["text"].Value.Split('\n')).ToList();
        var paths = commands.SelectMany(command => PathPattern().Matches(command)).Select(match => match.Groups["path"].Value).ToHashSet();

        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.True(Path.Exists(Repository.File(path)), $"The README names {path}, which is not there."));
    }

    [Fact]
    public void StateMachine_EachProtocolRow_IsGuardedByTestsThatExist()
    {
        var tests = string.Concat(Repository.Sources("tests", "*Tests.cs").Select(File.ReadAllText));
        var rows = ProtocolRowPattern().Matches(Repository.Read("docs/state-machine.md")).ToList();

        Assert.Superset(Enumerable.Range(1, 21).ToHashSet(), rows.Select(row => int.Parse(row.Groups["row"].Value)).ToHashSet());
        Assert.All(rows, row =>
        {
            var guards = GuardPattern().Matches(row.Groups["guards"].Value).Select(guard => guard.Groups["name"].Value).ToList();
            Assert.NotEmpty(guards);
            Assert.All(guards, guard => Assert.Contains($" {guard}", tests, StringComparison.Ordinal));
        });
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"^dotnet test( |$)", RegexOptions.Multiline)]
    private static partial Regex TestCommandPattern();

    [GeneratedRegex(@"^```bash\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellPattern();

    // Files and folders of the repository; what a command makes (local.settings.json) is not among them.
    [GeneratedRegex(@"(?<![\w/.])(?<path>(src|tests|infra|docs)/[\w.-]+(/[\w.-]*[\w-](?<!local\.settings\.json))*|local\.settings\.sample\.json)(?=\s|$)")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"^\| (?<row>\d+) \|.*\| (?<guards>[^|]+) \|\s*$", RegexOptions.Multiline)]
    private static partial Regex ProtocolRowPattern();

    // The name of a test, or its beginning: `Row14_` for one of several.
    [GeneratedRegex(@"`(\w+\.)?(?<name>\w+)…?`")]
    private static partial Regex GuardPattern();
}
