using System.Text.RegularExpressions;
using Xunit;

namespace Infra.Tests.Flavours;

/// <summary>
/// One source, two flavours. The Azure flavour cannot be restored on every machine, so what it would restore and compile is looked at
/// as MSBuild evaluates it.
/// </summary>
public sealed partial class FlavourTests
{
    private const string App = "src/FunctionApp/FunctionApp.csproj";
    private const string Library = "src/Celerity.Functions/Celerity.Functions.csproj";
    private const string Sdk = "Microsoft.Azure.Functions.Worker.Sdk";

    private static readonly string[] Model =
    [
        "Microsoft.Azure.Functions.Worker",
        "Microsoft.Azure.Functions.Worker.Extensions.DurableTask",
        "Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore",
        "Microsoft.Azure.Functions.Worker.Extensions.Storage.Queues",
        "Microsoft.Azure.Functions.Worker.Extensions.Timer",
    ];

    [Theory]
    [InlineData(App)]
    [InlineData(Library)]
    public async Task Local_References_AreOurRuntimeAndNoOfficialPackage(string project)
    {
        var local = await EvaluatedProject.LoadAsync(project, "Local");

        Assert.Empty(Official(local));
        Assert.Contains(local.Names("ProjectReference"), IsLocalRuntime);
    }

    [Theory]
    [InlineData(App)]
    [InlineData(Library)]
    public async Task Azure_References_AreTheOfficialPackagesAndNotOurRuntime(string project)
    {
        var azure = await EvaluatedProject.LoadAsync(project, "Azure");

        Assert.Equal(project == App ? Model.Append(Sdk) : Model, Official(azure));
        Assert.DoesNotContain(azure.Names("ProjectReference"), IsLocalRuntime);
    }

    [Fact]
    public async Task Unset_Flavour_IsLocal()
    {
        var unset = await EvaluatedProject.LoadAsync(Library, "");

        Assert.Contains(unset.Names("ProjectReference"), IsLocalRuntime);
    }

    [Theory]
    [InlineData(App)]
    [InlineData(Library)]
    public async Task Sources_OfBothFlavours_AreTheSameFiles(string project)
    {
        var local = await EvaluatedProject.LoadAsync(project, "Local");
        var azure = await EvaluatedProject.LoadAsync(project, "Azure");

        Assert.NotEmpty(local.Names("Compile"));
        Assert.Equal(local.Names("Compile"), azure.Names("Compile"));
        Assert.DoesNotContain(local.Names("Compile"), name => name.StartsWith("obj/", StringComparison.Ordinal) || name.StartsWith("bin/", StringComparison.Ordinal));
    }

    [Fact]
    public void Sources_OfBothFlavours_HaveNoConditionalCode() => Assert.All(
        Repository.Sources("src/FunctionApp", "*.cs").Concat(Repository.Sources("src/Celerity.Functions", "*.cs")),
        file => Assert.DoesNotMatch(DirectivePattern(), File.ReadAllText(file)));

    [Fact]
    public async Task Outputs_OfTheFlavours_AreApart()
    {
        var local = await EvaluatedProject.LoadAsync(App, "Local");
        var azure = await EvaluatedProject.LoadAsync(App, "Azure");

        Assert.NotEqual(local.Property("BaseOutputPath"), azure.Property("BaseOutputPath"));
        Assert.NotEqual(local.Property("BaseIntermediateOutputPath"), azure.Property("BaseIntermediateOutputPath"));
    }

    [Fact]
    public async Task Warnings_AreErrorsWhereWeSeeThem()
    {
        var local = await EvaluatedProject.LoadAsync(App, "Local");
        var azure = await EvaluatedProject.LoadAsync(App, "Azure");

        Assert.Equal("true", local.Property("TreatWarningsAsErrors"));
        Assert.NotEqual("true", azure.Property("TreatWarningsAsErrors"));
    }

    /// <summary>github.com/Azure/azure-functions-core-tools/issues/3594: `func start` finds the generated project below obj and gives up.</summary>
    [Fact]
    public async Task Azure_IntermediateFiles_AreNotBelowTheApp()
    {
        var azure = await EvaluatedProject.LoadAsync(App, "Azure");

        Assert.DoesNotContain("src/FunctionApp", azure.Property("BaseIntermediateOutputPath"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Azure_GeneratedProject_TakesNothingFromOurs()
    {
        var folder = Directory.CreateDirectory(Repository.File($"artifacts/Azure/obj/generated-{Environment.ProcessId}"));
        try
        {
            const string Generated = "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>";
            var path = Path.Combine(folder.FullName, "WorkerExtensions.csproj");
            await File.WriteAllTextAsync(path, Generated, TestContext.Current.CancellationToken);

            var project = await EvaluatedProject.LoadAsync(Path.GetRelativePath(Repository.Root, path), "Azure");

            Assert.Empty(project.Names("PackageReference"));
            Assert.NotEqual("true", project.Property("ManagePackageVersionsCentrally"));
            Assert.NotEqual("true", project.Property("TreatWarningsAsErrors"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("Local")]
    [InlineData("Azure")]
    public async Task App_HostJson_GoesToOutputAndPublishFolder(string flavour)
    {
        var app = await EvaluatedProject.LoadAsync(App, flavour);

        var host = Assert.Single(app.Items("None"), item => item.GetProperty("Identity").GetString()!.EndsWith("host.json", StringComparison.Ordinal));
        Assert.Equal("host.json", host.GetProperty("Link").GetString());
        Assert.Equal("PreserveNewest", host.GetProperty("CopyToOutputDirectory").GetString());
        Assert.Equal("PreserveNewest", host.GetProperty("CopyToPublishDirectory").GetString());
        Assert.Equal("v4", app.Property("AzureFunctionsVersion"));
        Assert.Equal("Exe", app.Property("OutputType"));
    }

    [Fact]
    public async Task Azure_Versions_AreThoseOfTheApiListing()
    {
        var azure = await EvaluatedProject.LoadAsync(App, "Azure");

        var pinned = azure.Items("PackageVersion").ToDictionary(
            item => item.GetProperty("Identity").GetString()!, item => item.GetProperty("Version").GetString());
        Assert.All(Model, package => Assert.Equal(ListedVersion(package), pinned[package]));
    }

    private static string ListedVersion(string assembly)
    {
        var first = File.ReadLines(Repository.File($"tests/Celerity.LocalRuntime.Tests/ApiListing/{assembly}.txt")).First();
        return ListedVersionPattern().Match(first).Groups["version"].Value;
    }

    private static IEnumerable<string> Official(EvaluatedProject project) =>
        project.Names("PackageReference").Where(name => name.StartsWith("Microsoft.Azure.", StringComparison.Ordinal) || name.StartsWith("Microsoft.DurableTask", StringComparison.Ordinal));

    private static bool IsLocalRuntime(string reference) => reference.EndsWith("Celerity.LocalRuntime.csproj", StringComparison.Ordinal);

    [GeneratedRegex(@"^\s*#\s*(if|elif|else)\b", RegexOptions.Multiline)]
    private static partial Regex DirectivePattern();

    [GeneratedRegex(@"file (?<version>\d+\.\d+\.\d+)")]
    private static partial Regex ListedVersionPattern();
}
