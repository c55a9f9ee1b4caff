using Celerity.Stages.Planning;
using Celerity.Storage;

namespace Celerity.Stages.Sources;

/// <summary>A blob that can be cut.</summary>
/// <param name="Source">What is read: the blob, or the copy that was made of it.</param>
/// <param name="Facts">Its length and version.</param>
/// <param name="Columns">Its columns; empty where its format has none.</param>
/// <param name="Start">Where its first record starts.</param>
/// <param name="IsStaged">Whether it is a copy.</param>
internal sealed record OpenedBlob(DatasetSource Source, BlobFacts Facts, IReadOnlyList<string> Columns, CutPosition Start, bool IsStaged);
