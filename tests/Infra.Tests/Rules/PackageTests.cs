using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Infra.Tests.Rules;

public sealed partial class PackageTests
{
    private static readonly XDocument Central = XDocument.Parse(Repository.Read("Directory.Packages.props"));

    private static readonly XDocument[] Projects = [.. Repository.Sources("src", "*.csproj")
        .Concat(Repository.Sources("tests", "*.csproj"))
        .Append(Repository.File("Directory.Build.props"))
        .Append(Repository.File("Directory.Build.targets"))
        .Select(path => XDocument.Load(path))];

    [Fact]
    public void Versions_InOnePlace_AreExact() => Assert.All(
        Central.Descendants("PackageVersion"),
        package => Assert.Matches(ExactPattern(), package.Attribute("Version")!.Value));

    [Fact]
    public void Versions_InProjects_AreAbsent() => Assert.All(
        Projects.SelectMany(project => project.Descendants("PackageReference")),
        package => Assert.Null(package.Attribute("Version")));

    [Fact]
    public void References_InProjects_HaveAVersion()
    {
        var central = Central.Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value).ToHashSet();

        Assert.Subset(central, Referenced());
    }

    [Fact]
    public void Versions_WithoutAReference_AreTransitivePinsThatSaySo()
    {
        var referenced = Referenced();
        var others = Central.Descendants("PackageVersion").Where(package => !referenced.Contains(package.Attribute("Include")!.Value));

        Assert.All(others, package => Assert.Contains("transitive pin", (package.PreviousNode as XComment)?.Value ?? "none", StringComparison.Ordinal));
    }

    [Fact]
    public void Versions_InEachGroup_AreAlphabetical() => Assert.All(Central.Descendants("ItemGroup"), group =>
    {
        var names = group.Elements("PackageVersion").Select(package => package.Attribute("Include")!.Value).ToList();
        Assert.Equal(names.Order(StringComparer.OrdinalIgnoreCase), names);
    });

    [Fact]
    public void NpmPackages_InTheLockFile_AreThoseOfPackageJson()
    {
        using var package = JsonDocument.Parse(Repository.Read("package.json"));
        using var locked = JsonDocument.Parse(Repository.Read("package-lock.json"));
        var packages = locked.RootElement.GetProperty("packages");

        Assert.All(package.RootElement.GetProperty("dependencies").EnumerateObject(), dependency =>
        {
            Assert.Matches(ExactPattern(), dependency.Value.GetString());
            Assert.Equal(dependency.Value.GetString(), packages.GetProperty($"node_modules/{dependency.Name}").GetProperty("version").GetString());
        });
    }

    private static HashSet<string> Referenced() =>
        [.. Projects.SelectMany(project => project.Descendants("PackageReference")).Select(package => package.Attribute("Include")!.Value)];

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+)?(-[0-9A-Za-z.]+)?$")]
    private static partial Regex ExactPattern();
}
