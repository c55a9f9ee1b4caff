namespace DurableTask.Core.Exceptions;

/// <summary>An orchestrator, replayed, did not ask for what its history says it had asked for.</summary>
internal sealed class NonDeterministicOrchestrationException(string found)
    : Exception($"Non-Deterministic workflow detected: {found} Was a change made to the orchestrator code after this instance had already started running?");
