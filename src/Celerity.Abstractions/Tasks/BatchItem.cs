namespace Celerity;

/// <summary>One task of a batch.</summary>
/// <typeparam name="TTask">The task's type.</typeparam>
/// <param name="Task">The payload, not null, checked against its type and its data annotations.</param>
/// <param name="Context">The attempt's facts; its progress, its log lines and its signals are this task's alone.</param>
public sealed record BatchItem<TTask>(TTask Task, TaskContext Context);
