namespace Celerity.LocalRuntime.Emulator;

/// <summary>The folder that holds <c>Functions.sln</c> and the pinned npm packages.</summary>
public static class RepositoryRoot
{
    private const string Marker = "Functions.sln";

    /// <summary>Finds the root above the running program or, failing that, above the current folder.</summary>
    /// <exception cref="EmulatorMissingException">Neither lies inside a clone.</exception>
    public static string Find() =>
        FindAbove(AppContext.BaseDirectory) ?? FindAbove(Environment.CurrentDirectory) ?? throw new EmulatorMissingException(
            $"No {Marker} above {AppContext.BaseDirectory} or {Environment.CurrentDirectory}: run this from a clone of the repository.");

    /// <summary>Finds the nearest folder at or above <paramref name="folder"/> that is a root, or <see langword="null"/>.</summary>
    public static string? FindAbove(string folder)
    {
        var candidate = new DirectoryInfo(folder);
        while (candidate is not null && !File.Exists(Path.Combine(candidate.FullName, Marker)))
        {
            candidate = candidate.Parent;
        }

        return candidate?.FullName;
    }
}
