namespace Celerity;

/// <summary>Which queues take signed messages only. Bound from <c>Celerity:Signing</c>; checked once, at start-up (CEL0308).</summary>
public sealed class SigningOptions
{
    /// <summary>Gets the keys by their id: base64 of 32 bytes or more. All of them are accepted, so that keys can be changed without a stop.</summary>
    public IDictionary<string, string> Keys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets the id of the key to sign with.</summary>
    /// <value>The default is the only key; with several it must be said.</value>
    public string? KeyId { get; set; }

    /// <summary>Gets the queues on which a message without a right signature becomes a dead letter (CEL0232). What Celerity sends there is signed.</summary>
    public IList<string> Queues { get; } = [];
}
