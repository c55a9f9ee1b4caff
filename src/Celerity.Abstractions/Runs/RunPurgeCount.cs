namespace Celerity;

/// <summary>What was deleted of a run.</summary>
/// <param name="Rows">Table rows, letters not among them.</param>
/// <param name="Blobs">Blobs.</param>
/// <param name="Letters">Dead letters of its chunks.</param>
/// <param name="Instances">Orchestration instances.</param>
public readonly record struct RunPurgeCount(int Rows, int Blobs, int Letters, int Instances);
