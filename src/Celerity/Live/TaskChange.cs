namespace Celerity.Live;

/// <summary>A task of this process that has come into another state.</summary>
internal sealed record TaskChange(string Id, string Task, TaskState State, string Queue, DateTimeOffset At);
