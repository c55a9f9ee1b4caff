using System.Text.Json;

namespace Celerity;

/// <summary>How dead letters are replayed.</summary>
public sealed record ReplayOptions
{
    /// <summary>Gets the payload to send instead of the letter's; for one letter only.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>Gets how many are replayed first: the others follow only once all of these have succeeded.</summary>
    /// <value>0, the default, for no canary; at most 100.</value>
    public int Canary { get; init; }

    /// <summary>Gets how many are sent in a time, such as <c>100/m</c>; <see langword="null"/> for as fast as it goes.</summary>
    public string? Rate { get; init; }

    /// <summary>Gets after how many replays a letter that died again is set aside.</summary>
    /// <value>1 to 100. The default is 3.</value>
    public int MaxReplays { get; init; } = 3;
}
