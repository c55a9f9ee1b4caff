using System.ComponentModel;
using System.Diagnostics;

namespace Celerity.Cli.Tools;

/// <summary>The pinned npm packages of the repository: the storage emulator and the flight records.</summary>
internal sealed class NpmPackages(string root)
{
    /// <summary>Gets the program that installs them.</summary>
    public string Program { get; init; } = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    public string FlightsParquet => Path.Combine(root, "node_modules", "vega-datasets", "data", "flights-3m.parquet");

    public bool AreInstalled => File.Exists(FlightsParquet) && File.Exists(Path.Combine(root, "node_modules", "azurite", "package.json"));

    /// <summary>Installs exactly what the lock file names.</summary>
    /// <param name="cancellationToken">Stops npm.</param>
    /// <exception cref="UnfitEnvironmentException">npm is missing or failed; the message holds its last error.</exception>
    public async Task InstallAsync(CancellationToken cancellationToken)
    {
        using var npm = Start();
        try
        {
            var output = npm.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await npm.StandardError.ReadToEndAsync(cancellationToken);
            await output;
            await npm.WaitForExitAsync(cancellationToken);
            if (npm.ExitCode != 0)
            {
                throw new UnfitEnvironmentException($"`npm ci` failed in {root}: {FirstError(errors)}");
            }
        }
        finally
        {
            npm.Kill(entireProcessTree: true);
        }
    }

    private static string FirstError(string errors) =>
        errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(line => line.StartsWith("npm error", StringComparison.Ordinal) && !line.StartsWith("npm error code", StringComparison.Ordinal))
        ?? "it gave no reason.";

    private Process Start()
    {
        var start = new ProcessStartInfo(Program, ["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new UnfitEnvironmentException(
                "npm was not found on the PATH: install Node.js 20 or later, which brings it, from https://nodejs.org.", failure);
        }
    }
}
