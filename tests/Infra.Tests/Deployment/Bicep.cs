using System.Reflection;
using System.Runtime.InteropServices;
using Xunit;

namespace Infra.Tests.Deployment;

/// <summary>The Bicep compiler of the pinned package.</summary>
internal static class Bicep
{
    private static readonly string Compiler = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "BicepPath").Value!;

    // The compiler is a .NET program; on a machine without ICU it starts only like this.
    private static readonly Dictionary<string, string> Environment = new() { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" };

    public static Task<CommandLine> RunAsync(string folder, params string[] arguments)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64,
            "The pinned Bicep compiler is the one for Linux on x64.");
        return CommandLine.RunAsync(Compiler, arguments, folder, Environment, TestContext.Current.CancellationToken);
    }

    /// <summary>Copies infra to a folder of its own, to be deleted by the caller: the compiler writes beside what it reads.</summary>
    public static DirectoryInfo CopyOfInfra()
    {
        var copy = Directory.CreateTempSubdirectory("celerity-infra-");
        foreach (var file in Repository.Sources("infra", "*"))
        {
            var target = Path.Combine(copy.FullName, Path.GetRelativePath(Repository.File("infra"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }
}
