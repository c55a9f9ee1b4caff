namespace Celerity;

/// <summary>Asks an <see cref="IChunkSource"/> for its ranges.</summary>
/// <param name="After">The range behind which to begin, or <see langword="null"/> for the start: planning goes on where a step before stopped.</param>
/// <param name="ChunkSize">How many records a range should have, from <see cref="DatasetSource.ChunkSize"/>.</param>
/// <param name="Parameters">The <see cref="DatasetSource.Parameters"/> of the dataset.</param>
public sealed record ChunkListing(string? After, int ChunkSize, string? Parameters);
