namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run waits for a chord of which one member is a chain.</summary>
internal sealed class ChordOperation(RunKillLane lane) : StepsOperation(lane, "chord");
