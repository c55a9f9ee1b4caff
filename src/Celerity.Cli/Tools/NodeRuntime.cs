using System.ComponentModel;
using System.Diagnostics;

namespace Celerity.Cli.Tools;

internal static class NodeRuntime
{
    private const int LowestMajor = 20;

    /// <summary>Makes sure that Node.js is there and recent enough for the packages in the lock file.</summary>
    /// <param name="program">The program to ask.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UnfitEnvironmentException">It is not.</exception>
    public static async Task EnsureAsync(string program, CancellationToken cancellationToken)
    {
        var version = await ReadVersionAsync(program, cancellationToken);
        if (!Version.TryParse(version.TrimStart('v'), out var parsed) || parsed.Major < LowestMajor)
        {
            throw new UnfitEnvironmentException($"Node.js here is {version}: install version {LowestMajor} or later from https://nodejs.org.");
        }
    }

    private static async Task<string> ReadVersionAsync(string program, CancellationToken cancellationToken)
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true })!;
            var version = await node.StandardOutput.ReadToEndAsync(cancellationToken);
            await node.WaitForExitAsync(cancellationToken);
            return version.Trim();
        }
        catch (Win32Exception failure)
        {
            throw new UnfitEnvironmentException(
                $"Node.js was not found on the PATH: install version {LowestMajor} or later from https://nodejs.org.", failure);
        }
    }
}
