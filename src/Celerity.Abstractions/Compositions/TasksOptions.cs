namespace Celerity;

/// <summary>What several tasks that a pipeline waits for tolerate, how many of them run at once, and what follows from their failure.</summary>
public sealed record TasksOptions
{
    /// <summary>Gets how many may fail (dead letter, revoked, expired) without failing the whole: such a task's result is the type's default.</summary>
    /// <value>0 and up. The default is 0. The larger of this and <see cref="MaxFailedShare"/> counts.</value>
    public int MaxFailed { get; init; }

    /// <summary>Gets the share that may fail.</summary>
    /// <value>0 to 1. The default is 0.</value>
    public double MaxFailedShare { get; init; }

    /// <summary>Gets how many of them wait or run at once.</summary>
    /// <value>1 and up, and a five-hundredth of the tasks at least; 0, the default, for all of them.</value>
    public int Window { get; init; }

    /// <summary>Gets the task to send where more fail, once all have ended; nobody waits for it. <see langword="null"/> for none.</summary>
    /// <remarks>Its payload's <c>failures</c> becomes an array of <c>index, id, state, category, reason</c> of the first 100.</remarks>
    public object? OnFailure { get; init; }

    /// <summary>Gets the id that ties all of them to what caused them, or <see langword="null"/>.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Gets the step of a workflow's document that they are, a JSON pointer; <see langword="null"/> for none.</summary>
    internal string? Step { get; init; }

    /// <summary>Gets whether each of them has a place of its own in <see cref="Step"/>.</summary>
    internal bool AreMembers { get; init; }

    /// <summary>Gets the same of the callback.</summary>
    internal string? CallbackStep { get; init; }
}
