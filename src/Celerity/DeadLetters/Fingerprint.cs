using System.Security.Cryptography;
using System.Text;

namespace Celerity.DeadLetters;

/// <summary>Groups dead letters that have the same cause.</summary>
internal static class Fingerprint
{
    /// <summary>Makes the fingerprint of a cause. Digits do not count: ids and sizes in a message are no other cause.</summary>
    /// <param name="subject">The name of the task or stage, where it is known.</param>
    /// <param name="category">What kind of failure it was.</param>
    /// <param name="exceptionType">The last exception's type, where there was one.</param>
    /// <param name="reason">Why it ended.</param>
    public static string Of(string? subject, ErrorCategory category, string? exceptionType, string reason)
    {
        var words = string.Concat(reason.Where(character => !char.IsAsciiDigit(character)));
        var cause = string.Join('\n', subject, category, exceptionType, words);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cause)))[..16];
    }
}
