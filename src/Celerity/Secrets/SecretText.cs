namespace Celerity.Secrets;

/// <summary>What stands in place of a secret.</summary>
internal static class SecretText
{
    public const string Mask = "•••";
}
