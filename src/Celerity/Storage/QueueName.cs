namespace Celerity.Storage;

/// <summary>The queue service's rule for names.</summary>
internal static class QueueName
{
    public const string Rule = "3 to 63 of lower-case letters, digits and single hyphens, with a letter or digit at both ends";

    public static bool IsValid(string name) =>
        name.Length is >= 3 and <= 63
        && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-')
        && name[0] != '-' && name[^1] != '-' && !name.Contains("--", StringComparison.Ordinal);
}
