using System.Reflection;
using System.Text.Json;

namespace Celerity.LocalRuntime.Discovery;

/// <summary>The types in which functions are looked for.</summary>
internal sealed record FunctionSource(IReadOnlyList<Type> Types)
{
    public static FunctionSource FromEntryAssembly()
    {
        var entry = Assembly.GetEntryAssembly() ?? throw new InvalidOperationException("There is no entry assembly to look for functions in.");
        return FromApp(entry);
    }

    /// <summary>Looks in an app's assembly and in the libraries it comes with.</summary>
    public static FunctionSource FromApp(Assembly entry) =>
        new([.. Libraries(entry).Prepend(entry).Distinct().SelectMany(assembly => assembly.GetTypes())]);

    // A library that the app's own code never names is missing from the assembly's references, so the dependency file decides.
    private static IEnumerable<Assembly> Libraries(Assembly entry)
    {
        var dependencyFile = Path.ChangeExtension(entry.Location, ".deps.json");
        return File.Exists(dependencyFile)
            ? Dependents(File.ReadAllText(dependencyFile)).Select(Assembly.Load)
            : entry.GetReferencedAssemblies().Select(Assembly.Load).Where(UsesThisRuntime);
    }

    private static bool UsesThisRuntime(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Any(reference => reference.Name == typeof(FunctionSource).Assembly.GetName().Name);

    /// <summary>Gets the assemblies that depend on this runtime.</summary>
    /// <param name="dependencies">What a <c>.deps.json</c> says. Of an app that was built for one platform it has two targets, the first of them empty.</param>
    internal static IReadOnlyList<string> Dependents(string dependencies)
    {
        using var document = JsonDocument.Parse(dependencies);
        var target = document.RootElement.GetProperty("runtimeTarget").GetProperty("name").GetString()!;
        var libraries = document.RootElement.GetProperty("targets").GetProperty(target).EnumerateObject()
            .Select(library => (Name: library.Name.Split('/')[0], library.Value))
            .ToList();

        var reaching = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { typeof(FunctionSource).Assembly.GetName().Name! };
        while (libraries.Where(library => DependsOnAny(library.Value, reaching)).Any(library => reaching.Add(library.Name)))
        {
        }

        return [.. libraries
            .Where(library => reaching.Contains(library.Name) && DependsOnAny(library.Value, reaching))
            .SelectMany(library => library.Value.TryGetProperty("runtime", out var files) ? files.EnumerateObject() : [])
            .Select(file => Path.GetFileNameWithoutExtension(file.Name))];
    }

    private static bool DependsOnAny(JsonElement library, HashSet<string> names) =>
        library.TryGetProperty("dependencies", out var dependencies)
        && dependencies.EnumerateObject().Any(dependency => names.Contains(dependency.Name));
}
