using Xunit;

namespace Infra.Tests.Deployment;

public sealed class BicepTests
{
    private static readonly string Infra = Repository.File("infra");

    private const string Defects = """
        param unused string
        param account string
        output key string = listKeys(account, '2024-01-01').keys[0].value
        output place string = resourceGroup().location
        """;

    [Fact]
    public async Task Build_Main_SaysNothing()
    {
        var result = await Bicep.RunAsync(Infra, "build", "main.bicep", "--stdout");

        Assert.Equal("", result.Errors);
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("{", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lint_AllModules_SaysNothing()
    {
        var result = await Bicep.RunAsync(Infra, "lint", "--pattern", "**/*.bicep");

        Assert.Equal("", result.Errors + result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Lint_Defects_AreNamed()
    {
        var infra = Bicep.CopyOfInfra();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(infra.FullName, "defect.bicep"), Defects, TestContext.Current.CancellationToken);

            var result = await Bicep.RunAsync(infra.FullName, "lint", "defect.bicep");

            Assert.Contains("Warning no-unused-params", result.Errors, StringComparison.Ordinal);
            Assert.Contains("Warning outputs-should-not-contain-secrets", result.Errors, StringComparison.Ordinal);
            Assert.Contains("Warning no-loc-expr-outside-params", result.Errors, StringComparison.Ordinal);
        }
        finally
        {
            infra.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Format_AllModules_ChangesNothing()
    {
        var infra = Bicep.CopyOfInfra();
        try
        {
            var result = await Bicep.RunAsync(infra.FullName, "format", "--pattern", "**/*.bicep");

            Assert.True(result.ExitCode == 0, result.Errors);
            Assert.All(Repository.Sources("infra", "*.bicep"), file => Assert.Equal(
                File.ReadAllText(file),
                File.ReadAllText(Path.Combine(infra.FullName, Path.GetRelativePath(Infra, file)))));
        }
        finally
        {
            infra.Delete(recursive: true);
        }
    }
}
