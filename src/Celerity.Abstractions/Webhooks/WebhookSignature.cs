using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Celerity;

/// <summary>
/// Signs webhooks and checks their signatures, after <see href="https://www.standardwebhooks.com">Standard Webhooks</see>: HMAC-SHA-256 over
/// id, timestamp and body, joined by dots.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The header with the event's id: the same on every attempt, so that a receiver can tell a repeated event.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header with the time of the attempt, in seconds since 1970.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header with the signature, <c>v1,</c> and base64; several are divided by spaces.</summary>
    public const string SignatureHeader = "webhook-signature";

    private const string SecretPrefix = "whsec_";
    private const string Scheme = "v1,";
    private const int MaxSignatures = 10;

    private static readonly TimeSpan DefaultTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Checks what a receiver was sent, in constant time. Call it before the body is read as anything but bytes.</summary>
    /// <param name="secret">The webhook's <see cref="WebhookOptions.Secret"/>.</param>
    /// <param name="id">The header <see cref="IdHeader"/>.</param>
    /// <param name="timestamp">The header <see cref="TimestampHeader"/>.</param>
    /// <param name="signatures">The header <see cref="SignatureHeader"/>.</param>
    /// <param name="body">The body as it came.</param>
    /// <param name="now">The receiver's time.</param>
    /// <param name="tolerance">How far the timestamp may be from it, against replay; <see langword="null"/> for 5 minutes.</param>
    /// <returns>Whether one of the signatures is right and the timestamp near.</returns>
    /// <exception cref="ArgumentException"><paramref name="secret"/> is none.</exception>
    public static bool IsValid(
        string secret, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now, TimeSpan? tolerance = null)
    {
        var key = TryReadSecret(secret) ?? throw new ArgumentException("It is not base64 of 24 to 64 bytes.", nameof(secret));
        if (id is null || signatures is null || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - seconds) > (tolerance ?? DefaultTolerance).TotalSeconds)
        {
            return false;
        }

        var expected = Encoding.ASCII.GetBytes(Sign(key, id, seconds, body));
        var isRight = false;
        foreach (var signature in signatures.Split(' ', MaxSignatures))
        {
            isRight |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature));
        }

        return isRight;
    }

    internal static string Sign(byte[] key, string id, long seconds, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}.")));
        hmac.AppendData(body);
        return Scheme + Convert.ToBase64String(hmac.GetHashAndReset());
    }

    internal static byte[]? TryReadSecret(string? secret)
    {
        var text = secret?.StartsWith(SecretPrefix, StringComparison.Ordinal) == true ? secret[SecretPrefix.Length..] : secret ?? "";
        var key = new byte[64];
        return text.Length <= 88 && Convert.TryFromBase64String(text, key, out var length) && length >= 24 ? key[..length] : null;
    }
}
