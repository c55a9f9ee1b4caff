namespace Celerity.LocalRuntime.Settings;

/// <summary>Finds a file of the app: beside its sources when it is run from there, else beside its assemblies.</summary>
internal static class AppFile
{
    public static string? Find(string contentRoot, string name) =>
        new[] { contentRoot, AppContext.BaseDirectory }
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
