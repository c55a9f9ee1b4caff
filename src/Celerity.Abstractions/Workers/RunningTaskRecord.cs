namespace Celerity;

/// <summary>An attempt that a worker is running.</summary>
public sealed record RunningTaskRecord
{
    /// <summary>Gets the task's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets its id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the attempt, 1 on the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>Gets since when it runs.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Gets how far it said that it is, 0 to 1, or <see langword="null"/>.</summary>
    public double? Progress { get; init; }

    /// <summary>Gets the word that went with it, at most 200 characters.</summary>
    public string? Message { get; init; }

    /// <summary>Gets when it last gave a sign: a progress or a heartbeat.</summary>
    public DateTimeOffset? SignAt { get; init; }

    /// <summary>Gets the last lines that it wrote to <see cref="TaskContext.Logger"/>: 5 at most, of 200 characters at most.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];
}
