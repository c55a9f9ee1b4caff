namespace Celerity.Functions.Pipelines;

/// <summary>What a start of a run says beside its request.</summary>
internal sealed record RunTerms
{
    public static RunTerms None { get; } = new();

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Gets the key: who starts the pipeline again with the same one is given the run that is there; <see langword="null"/> for a new run.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Gets how long it may take; <see langword="null"/> for what its pipeline says.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Gets the run whose request it takes.</summary>
    public string? CloneOf { get; init; }
}
