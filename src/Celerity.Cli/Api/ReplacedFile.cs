namespace Celerity.Cli.Api;

/// <summary>A file that is written anew, and stays what it was unless all could be written.</summary>
internal static class ReplacedFile
{
    public static async Task WriteAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        var link = File.Exists(name) ? File.ResolveLinkTarget(name, returnFinalTarget: true) : null;
        var file = link?.FullName ?? Path.GetFullPath(name);

        // A device or a pipe is written to, never replaced.
        if (file.StartsWith("/dev/", StringComparison.Ordinal))
        {
            await using var device = File.OpenWrite(file);
            await content.CopyToAsync(device, cancellationToken);
            return;
        }

        var beside = $"{file}.{Path.GetRandomFileName()}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows() && File.Exists(file))
            {
                // Who may not read the old one may not read the new one.
                options.UnixCreateMode = File.GetUnixFileMode(file);
            }

            await using (var output = new FileStream(beside, options))
            {
                await content.CopyToAsync(output, cancellationToken);
            }

            File.Move(beside, file, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
