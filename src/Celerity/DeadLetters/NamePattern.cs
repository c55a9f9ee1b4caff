namespace Celerity.DeadLetters;

/// <summary>Names of tasks: a whole one, a beginning such as <c>invoices.*</c>, or <c>*</c> for all and for what has none.</summary>
internal static class NamePattern
{
    public static bool Fits(string pattern, string? name) => pattern.EndsWith('*')
        ? pattern.Length == 1 || (name?.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase) ?? false)
        : string.Equals(pattern, name, StringComparison.OrdinalIgnoreCase);
}
