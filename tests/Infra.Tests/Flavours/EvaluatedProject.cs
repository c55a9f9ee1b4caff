using System.Collections.Concurrent;
using System.Text.Json;
using Xunit;

namespace Infra.Tests.Flavours;

/// <summary>A project as MSBuild evaluates it in one flavour; nothing is restored or built.</summary>
internal sealed class EvaluatedProject
{
    private static readonly ConcurrentDictionary<(string, string), Task<EvaluatedProject>> Evaluated = new();

    private readonly JsonElement _evaluation;

    private EvaluatedProject(JsonElement evaluation) => _evaluation = evaluation;

    public static Task<EvaluatedProject> LoadAsync(string path, string flavour) => Evaluated.GetOrAdd((path, flavour), _ => EvaluateAsync(path, flavour));

    public string Property(string name) => _evaluation.GetProperty("Properties").GetProperty(name).GetString()!;

    public IReadOnlyList<JsonElement> Items(string type) => [.. _evaluation.GetProperty("Items").GetProperty(type).EnumerateArray()];

    public IReadOnlyList<string> Names(string type) =>
        [.. Items(type).Select(item => item.GetProperty("Identity").GetString()!.Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>The flavour comes from the environment, as for `FunctionsRuntime=Azure func start`.</summary>
    private static async Task<EvaluatedProject> EvaluateAsync(string path, string flavour)
    {
        string[] arguments =
        [
            "msbuild", Repository.File(path), "-nologo",
            "-getItem:PackageReference,ProjectReference,PackageVersion,Compile,None",
            "-getProperty:BaseIntermediateOutputPath,BaseOutputPath,AzureFunctionsVersion,OutputType,TreatWarningsAsErrors,ManagePackageVersionsCentrally",
        ];
        var environment = new Dictionary<string, string> { ["FunctionsRuntime"] = flavour };
        var result = await CommandLine.RunAsync("dotnet", arguments, Repository.Root, environment, CancellationToken.None);
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        return new(JsonDocument.Parse(result.Output).RootElement);
    }
}
