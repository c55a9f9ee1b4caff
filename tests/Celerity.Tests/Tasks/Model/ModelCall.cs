namespace Celerity.Tests.Tasks.Model;

/// <summary>A call to storage, or a handler, that waits to be let go.</summary>
/// <param name="Name">What it is, with all that tells it from others.</param>
internal sealed record ModelCall(string Name)
{
    public const string Handler = "handler";

    /// <summary>Gets what ends the wait.</summary>
    public TaskCompletionSource<(Fate Fate, TaskOutcome? Outcome)> Gate { get; } = new();

    public bool IsHandler => Name == Handler;

    public bool IsRead => Name.StartsWith("find", StringComparison.Ordinal) || Name.StartsWith("query", StringComparison.Ordinal);

    /// <summary>Gets whether it neither sees nor changes what another process sees.</summary>
    public bool IsIndependent =>
        IsHandler || Name.StartsWith("effect", StringComparison.Ordinal) || Name.StartsWith("keep", StringComparison.Ordinal);
}
