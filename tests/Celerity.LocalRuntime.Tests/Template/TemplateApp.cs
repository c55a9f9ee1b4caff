using System.Diagnostics;
using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Template;

/// <summary>An app as the official templates make it, in a folder of its own, built with nothing added but our targets.</summary>
public sealed class TemplateApp : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("template-app-");

    public string Folder => _folder.FullName;

    public async ValueTask InitializeAsync()
    {
        var root = RepositoryRoot.Find();
        foreach (var file in Directory.GetFiles(Path.Combine(root, "tests", "Celerity.LocalRuntime.Tests", "Template", "App")))
        {
            // Two names would be taken for a project and for secrets of this repository.
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file.EndsWith(".txt", StringComparison.Ordinal) ? file[..^4] : file)));
        }

        var targets = Path.Combine(root, "src", "Celerity.LocalRuntime", "FunctionsRuntime.targets");
        await File.WriteAllTextAsync(
            Path.Combine(Folder, "Directory.Build.targets"), $"""<Project><Import Project="{targets}" /></Project>""");

        // What this test runs is built already; a second build of it at the same time would be in the way of the first.
        var build = new ProcessStartInfo("dotnet", ["build", "-v", "quiet", "-nologo", "-p:BuildProjectReferences=false", "-p:FunctionsRuntime=Local"])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(build)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return default;
    }

    /// <summary>Starts a process of it.</summary>
    /// <param name="connectionString">Its storage, in the place of what local.settings.json says.</param>
    /// <param name="stateFolder">Where it keeps its orchestrations.</param>
    public async Task<TemplateAppProcess> StartAsync(string connectionString, string stateFolder) =>
        await TemplateAppProcess.StartAsync(Path.Combine(Folder, "bin", "Debug", "net10.0", "TemplateApp.dll"), connectionString, stateFolder);
}
