namespace Celerity.Storage;

/// <summary>A blob of a list.</summary>
internal sealed record BlobItem(string Name, long Length, string ETag);
