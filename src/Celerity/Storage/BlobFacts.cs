namespace Celerity.Storage;

/// <summary>What is known of a blob without reading it.</summary>
internal sealed record BlobFacts(long Length, string ETag);
