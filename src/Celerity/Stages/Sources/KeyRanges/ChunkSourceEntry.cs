namespace Celerity.Stages.Sources.KeyRanges;

/// <summary>A source of the user's and its name.</summary>
internal sealed record ChunkSourceEntry(string Name, IChunkSource Source);
