using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Hosting;

/// <summary>The folder for what the runtime keeps between runs.</summary>
internal sealed class StateFolder(IOptions<LocalRuntimeOptions> options, IHostEnvironment environment)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Root { get; } = Path.GetFullPath(options.Value.StateFolder, environment.ContentRootPath);

    /// <summary>Returns a file's path; the folders on the way to it exist.</summary>
    public string PathOf(string name)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Replaces a file as a whole; a reader sees the old text or the new, never a part. Readable by its owner only.</summary>
    public void Write(string name, string text) => WriteWhole(PathOf(name), text, OwnerOnly);

    public static void WriteWhole(string path, string text, UnixFileMode? mode = null)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllText(temporary, text);
        if (mode is { } restricted && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(temporary, restricted);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
