namespace Celerity;

/// <summary>A chunk that is waited for.</summary>
/// <param name="Chunk">Its number.</param>
/// <param name="Since">Since when its slice ought to run, as the watch saw it, or was last sent again.</param>
public sealed record OldestChunkView(int Chunk, DateTimeOffset Since);
