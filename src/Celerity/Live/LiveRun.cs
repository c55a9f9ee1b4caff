namespace Celerity.Live;

/// <summary>A run that goes on, and how far it is.</summary>
internal sealed record LiveRun(string Id, string Pipeline, RunState State, long ChunksDone, long ChunksTotal, long Records);
