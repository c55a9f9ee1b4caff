namespace Celerity.LocalRuntime.Http;

/// <summary>What a set of keys opens.</summary>
/// <param name="Kind">One function, all functions, or extensions' endpoints.</param>
/// <param name="Function">The function, where it is one.</param>
internal sealed record KeyScope(KeyKind Kind, string? Function = null);

internal enum KeyKind
{
    Function,
    Host,
    System,
}
