namespace Celerity;

/// <summary>Which dead letters are meant: those that fit all that is given.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>Gets the group they are of, or <see langword="null"/> for any.</summary>
    public string? Group { get; init; }

    /// <summary>Gets the name of their task or stage, <c>invoices.*</c> for all that begin so, or <see langword="null"/> for any.</summary>
    public string? Task { get; init; }

    /// <summary>Gets the kind of failure, or <see langword="null"/> for any.</summary>
    public ErrorCategory? Category { get; init; }

    /// <summary>Gets the least severity, or <see langword="null"/> for any.</summary>
    public Severity? Severity { get; init; }

    /// <summary>Gets the exception's type with its namespace, or <see langword="null"/> for any.</summary>
    public string? Exception { get; init; }

    /// <summary>Gets the queue they came from, or <see langword="null"/> for any.</summary>
    public string? Queue { get; init; }

    /// <summary>Gets the run they belong to, or <see langword="null"/> for any.</summary>
    public string? Run { get; init; }

    /// <summary>Gets what has become of them, or <see langword="null"/> for anything.</summary>
    public DeadLetterState? State { get; init; }

    /// <summary>Gets the first time they ended at, or <see langword="null"/> for no bound.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Gets the time they ended before, or <see langword="null"/> for no bound.</summary>
    public DateTimeOffset? Before { get; init; }
}
