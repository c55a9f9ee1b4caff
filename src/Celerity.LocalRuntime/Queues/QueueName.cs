using Celerity.LocalRuntime.Hosting;

namespace Celerity.LocalRuntime.Queues;

/// <summary>The rules for queue names.</summary>
internal static class QueueName
{
    internal const string PoisonSuffix = "-poison";

    /// <summary>Lower-cases a resolved name as the host does, and checks it.</summary>
    /// <exception cref="LocalStartException">The name is no queue name; the message names its <paramref name="owner"/>.</exception>
    public static string Normalize(string name, string owner)
    {
        var lower = name.ToLowerInvariant();
        return IsValid(lower)
            ? lower
            : throw new LocalStartException(
                $"{owner}: \"{name}\" is not a queue name. A queue name has 3 to 63 characters, " +
                "a to z, 0 to 9 and single dashes, and neither starts nor ends with a dash.");
    }

    /// <summary>Names the poison queue of <paramref name="queue"/>; <see langword="null"/> when it has none.</summary>
    public static string? FindPoison(string queue)
    {
        var poison = queue + PoisonSuffix;
        return queue.EndsWith(PoisonSuffix, StringComparison.Ordinal) || !IsValid(poison) ? null : poison;
    }

    private static bool IsValid(string name) =>
        name.Length is >= 3 and <= 63
        && name.All(c => c is '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9'))
        && !name.StartsWith('-') && !name.EndsWith('-')
        && !name.Contains("--", StringComparison.Ordinal);
}
