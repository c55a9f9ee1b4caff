namespace Celerity;

/// <summary>A stage's output as one blob.</summary>
/// <param name="Container">Its container.</param>
/// <param name="Blob">Its name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Records">How many records it holds.</param>
public sealed record MergedFile(string Container, string Blob, long Bytes, long Records);
