namespace Celerity;

/// <summary>How a payload is written into its message.</summary>
public enum PayloadFormat
{
    /// <summary>JSON.</summary>
    Json,

    /// <summary>MessagePack, of the same members as the JSON: smaller where a payload holds many numbers.</summary>
    MessagePack,
}
