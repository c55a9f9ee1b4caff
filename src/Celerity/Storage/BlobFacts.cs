namespace Celerity.Storage;

/// <summary>What is known of a blob without reading it.</summary>
internal sealed record BlobFacts(long Length, string ETag)
{
    /// <summary>Gets who has written it in blocks, or <see langword="null"/>.</summary>
    public string? Owner { get; init; }
}
