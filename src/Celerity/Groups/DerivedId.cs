using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Celerity.Tasks;

namespace Celerity.Groups;

/// <summary>Makes the ids of tasks that follow from others: the same each time, so that two senders of one send the same.</summary>
internal static class DerivedId
{
    /// <summary>Makes an id that is a function of <paramref name="parent"/> and <paramref name="role"/>. It has the parent's time, where that has one.</summary>
    public static string Of(string parent, string role)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{parent}\n{role}"));
        if (TaskKeys.FindTime(parent) is not { } at)
        {
            return $"f-{Convert.ToHexStringLower(hash)[..40]}";
        }

        var hex = Convert.ToHexStringLower(hash);
        var variant = "89ab"[hash[^1] & 3];
        return string.Create(CultureInfo.InvariantCulture, $"{TaskKeys.FirstIdAt(at)}-7{hex[..3]}-{variant}{hex[3..6]}-{hex[6..18]}");
    }
}
