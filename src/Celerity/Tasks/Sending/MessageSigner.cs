using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Celerity.Wire;
using Microsoft.Extensions.Options;

namespace Celerity.Tasks.Sending;

/// <summary>Signs messages by HMAC-SHA-256, and checks them, on the queues that ask for it.</summary>
internal sealed class MessageSigner
{
    private const int MinKeyBytes = 32;

    private readonly Dictionary<string, byte[]> _keys;
    private readonly HashSet<string> _queues;
    private readonly string _keyId = "";

    /// <exception cref="CelerityException">CEL0308: a key is too short or no base64, or it is not clear which one signs.</exception>
    public MessageSigner(IOptions<SigningOptions> options)
    {
        var signing = options.Value;
        _keys = signing.Keys.ToDictionary(key => key.Key, key => ReadKey(key.Key, key.Value), StringComparer.Ordinal);
        _queues = new HashSet<string>(signing.Queues, StringComparer.Ordinal);
        if (_queues.Count > 0)
        {
            _keyId = signing.KeyId ?? (_keys.Count == 1 ? _keys.Keys.Single() : "");
            if (!_keys.ContainsKey(_keyId))
            {
                throw new CelerityException(
                    ErrorCodes.SettingOutOfRange,
                    $"Celerity:Signing:KeyId is '{signing.KeyId}', and Celerity:Signing:Keys holds {_keys.Count} keys; it must name one of them.");
            }
        }
    }

    /// <summary>Whether a queue takes signed messages only.</summary>
    public bool IsAsked(string queue) => _queues.Contains(queue);

    /// <summary>Finds what would be signed in the name of whoever wrote a message that nobody has signed.</summary>
    /// <param name="queue">The queue of a task.</param>
    /// <param name="followers">What is to follow the task.</param>
    /// <returns>The first that goes to a queue that takes signed messages only, where the task's own takes any; else <see langword="null"/>.</returns>
    public TaskLink? FindUnsigned(string queue, IEnumerable<TaskLink?> followers) =>
        IsAsked(queue) ? null : followers.FirstOrDefault(link => link is not null && IsAsked(link.Queue));

    public TaskEnvelope Sign(TaskEnvelope envelope, string queue)
    {
        if (!IsAsked(queue))
        {
            return envelope.Signature is null ? envelope : envelope with { Signature = null };
        }

        using var message = JsonDocument.Parse(MessageCodec.Encode(envelope with { Signature = null }));
        var code = HMACSHA256.HashData(_keys[_keyId], CanonicalJson.Write(message.RootElement));
        return envelope with { Signature = $"{_keyId}:{Convert.ToBase64String(code)}" };
    }

    /// <summary>Checks a task that came from a queue.</summary>
    /// <param name="message">The task's JSON.</param>
    /// <param name="queue">The queue.</param>
    /// <returns>What is wrong, or <see langword="null"/>.</returns>
    public string? FindFault(JsonElement message, string queue)
    {
        if (!IsAsked(queue))
        {
            return null;
        }

        if (message.FindString(CanonicalJson.SignatureMember) is not { } signature)
        {
            return Fault($"it has none, and the queue '{queue}' takes signed messages only");
        }

        var colon = signature.LastIndexOf(':');
        if (colon < 0 || !_keys.TryGetValue(signature[..colon], out var key))
        {
            return Fault("it names no key of Celerity:Signing:Keys");
        }

        var given = new byte[HMACSHA256.HashSizeInBytes];
        return Convert.TryFromBase64String(signature[(colon + 1)..], given, out var length)
            && CryptographicOperations.FixedTimeEquals(given.AsSpan(0, length), HMACSHA256.HashData(key, CanonicalJson.Write(message)))
                ? null
                : Fault("it does not fit the message");
    }

    private static string Fault(string what) => $"its signature is wrong: {what}";

    private static byte[] ReadKey(string id, string text)
    {
        var key = new byte[Encoding.ASCII.GetByteCount(text)];
        return Convert.TryFromBase64String(text, key, out var length) && length >= MinKeyBytes && id.Length > 0
            ? key[..length]
            : throw new CelerityException(
                ErrorCodes.SettingOutOfRange, $"Celerity:Signing:Keys:{id} is no base64 of {MinKeyBytes} bytes or more. Make one by 'openssl rand -base64 32'.");
    }
}
