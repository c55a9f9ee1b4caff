using System.Security.Cryptography;
using System.Text;

namespace Celerity.DeadLetters;

/// <summary>Groups dead letters that have the same cause.</summary>
internal static class Fingerprint
{
    /// <summary>Makes the fingerprint of a cause. Digits do not count: ids and sizes in a message are no other cause.</summary>
    public static string Of(string? task, ErrorCategory category, string? exceptionType, string reason)
    {
        var words = string.Concat(reason.Where(character => !char.IsAsciiDigit(character)));
        var cause = string.Join('\n', task, category, exceptionType, words);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cause)))[..16];
    }
}
