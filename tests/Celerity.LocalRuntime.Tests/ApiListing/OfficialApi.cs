namespace Celerity.LocalRuntime.Tests.ApiListing;

/// <summary>The public API of the official packages: the text files beside this one, a line for each type and member.</summary>
internal sealed class OfficialApi
{
    private readonly Dictionary<string, ApiLine> _lines;

    // Some static classes of extension methods are declared, under one name, in several packages.
    private OfficialApi(IEnumerable<ApiLine> lines) => _lines = lines.DistinctBy(line => line.Signature).ToDictionary(line => line.Signature);

    public static OfficialApi Read() => new(
        Directory.EnumerateFiles(Folder(), "*.txt")
            .Where(file => Path.GetFileName(file) != LeftOutApi.FileName)
            .SelectMany(File.ReadLines)
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(ApiLine.Parse));

    public IEnumerable<ApiLine> Lines => _lines.Values;

    public ApiLine? Find(string signature) => _lines.GetValueOrDefault(signature);

    /// <summary>Returns the line that shares most with a signature that is not listed: of the same name first, then by the longest common start and end.</summary>
    public string Nearest(string signature)
    {
        var name = NameOf(signature);
        return _lines.Keys.MaxBy(listed => (NameOf(listed) == name ? 10_000 : 0) + CommonStart(listed, signature) + CommonEnd(listed, signature))!;
    }

    private static string NameOf(string signature) => signature.Split('(')[0].Split(" { ")[0].Split(" : ")[0].Split(' ')[^1];

    private static int CommonStart(string left, string right) => left.AsSpan().CommonPrefixLength(right);

    private static int CommonEnd(string left, string right) =>
        left.Reverse().Zip(right.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();

    internal static string Folder()
    {
        const string Tests = "tests/Celerity.LocalRuntime.Tests/ApiListing";
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, Tests)))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"{Tests} is in no folder above the tests.");
        }

        return Path.Combine(folder.FullName, Tests);
    }
}
