namespace Celerity.LocalRuntime.Http;

/// <summary>The keys as they are kept, names to values.</summary>
internal sealed record KeyFile
{
    public required string Master { get; set; }

    /// <summary>Gets the keys that open every function.</summary>
    public Dictionary<string, string> HostKeys { get; init; } = [];

    /// <summary>Gets the keys of extensions' own endpoints.</summary>
    public Dictionary<string, string> SystemKeys { get; init; } = [];

    /// <summary>Gets the keys that open one function each.</summary>
    public Dictionary<string, Dictionary<string, string>> FunctionKeys { get; init; } = new(StringComparer.OrdinalIgnoreCase);
}
