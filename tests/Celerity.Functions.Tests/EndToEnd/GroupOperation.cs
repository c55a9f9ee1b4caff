namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run waits for a group of which one member fails, and for the task that is told of it.</summary>
internal sealed class GroupOperation(RunKillLane lane) : StepsOperation(lane, "group");
