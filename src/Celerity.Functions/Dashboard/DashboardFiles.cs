using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;

namespace Celerity.Functions.Dashboard;

/// <summary>The dashboard's built files: resources of an assembly named <c>dashboard/{path}</c>. They are found by their exact path, so no path leads elsewhere.</summary>
internal sealed class DashboardFiles(Assembly assembly)
{
    private const string Prefix = "dashboard/";
    private const string Index = "index.html";

    // The build puts a hash of the content into the names of what lies here.
    private const string HashedFolder = "assets/";

    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    private readonly Lazy<FrozenDictionary<string, DashboardFile>> _files = new(() => assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Prefix.Length..], name => Read(assembly, name), StringComparer.Ordinal));

    /// <summary>Finds a file; a path without an extension is a view of the page, which is one file.</summary>
    public DashboardFile? Find(string path) =>
        _files.Value.GetValueOrDefault(path) ?? (Path.HasExtension(path) ? null : _files.Value.GetValueOrDefault(Index));

    private static DashboardFile Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new DashboardFile(
            content,
            TypeOf(name),
            $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"",
            name.StartsWith(Prefix + HashedFolder, StringComparison.Ordinal));
    }

    private static string TypeOf(string name) => !ContentTypes.TryGetContentType(name, out var type) ? "application/octet-stream"
        : type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8"
        : type;
}
