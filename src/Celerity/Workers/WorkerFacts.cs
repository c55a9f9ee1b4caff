namespace Celerity.Workers;

/// <summary>What a process measures of itself.</summary>
/// <param name="Age">Since when it runs.</param>
/// <param name="WorkingSetBytes">Its memory as the system counts it.</param>
/// <param name="HeapBytes">What is allocated on its heap.</param>
/// <param name="TasksRun">How many attempts have ended.</param>
/// <param name="TasksFailed">How many of them failed.</param>
/// <param name="Zombies">How many handlers ignored their tokens and run on.</param>
internal sealed record WorkerFacts(TimeSpan Age, long WorkingSetBytes, long HeapBytes, long TasksRun, long TasksFailed, int Zombies);
