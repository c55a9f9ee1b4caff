using System.Security.Cryptography;
using System.Text;
using Celerity.Controls;

namespace Celerity.RateLimits;

/// <summary>Names what is limited: a task, or a task for one key.</summary>
internal static class LimitName
{
    // No task can have it in its name.
    private const char KeySeparator = ':';

    public static string OfTask(string task) => ControlEntry.TargetOf(task);

    /// <summary>Whether it names what is limited for one key.</summary>
    public static bool IsOfKey(string name) => name.Contains(KeySeparator, StringComparison.Ordinal);

    /// <summary>A key may be of any characters and 200 long: its hash is not, and is of use in a row's key and in a message alike.</summary>
    public static string OfKey(string task, string? key) =>
        $"{ControlEntry.TargetOf(task)}{KeySeparator}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key ?? "")))[..24]}";
}
