namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run waits for another run.</summary>
internal sealed class SubOperation(RunKillLane lane) : StepsOperation(lane, "sub");
