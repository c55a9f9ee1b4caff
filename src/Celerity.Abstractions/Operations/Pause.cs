namespace Celerity;

/// <summary>Something that is paused.</summary>
/// <param name="Queue">The queue, or <see langword="null"/> where it is a task.</param>
/// <param name="Task">The task's name in lower case, or <see langword="null"/> where it is a queue.</param>
/// <param name="At">Since when.</param>
/// <param name="Who">Who paused it.</param>
/// <param name="Why">The reason given, or empty.</param>
public sealed record Pause(string? Queue, string? Task, DateTimeOffset At, string Who, string Why)
{
    /// <summary>Gets the run that is suspended, or <see langword="null"/> where it is a queue or a task.</summary>
    public string? Run { get; init; }
}
