namespace Celerity.Tests.Tasks.Model;

/// <summary>A call to storage, or a handler, that waits to be let go.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Detail">What tells it from others of its kind; asked for only where somebody looks.</param>
internal sealed record ModelCall(string Kind, Func<string> Detail)
{
    private const string HandlerKind = "handler";

    /// <summary>Gets what ends the wait.</summary>
    public TaskCompletionSource<(Fate Fate, TaskOutcome? Outcome)> Gate { get; } = new();

    public string Name => $"{Kind} {Detail()}";

    /// <summary>Gets what others may see of it; nothing where it is not told.</summary>
    public Lazy<IReadOnlyList<Touch>> Touches { get; init; } = new([]);

    public bool IsHandler => Kind == HandlerKind;

    public bool IsRead => Kind is "find" or "query";

    /// <summary>Gets whether it neither sees nor changes what another process sees.</summary>
    public bool IsIndependent => !IsSeen && Kind is (HandlerKind or "effect" or "keep");

    /// <summary>Gets whether what others do meanwhile matters, as for a task that is to run alone.</summary>
    public bool IsSeen { get; init; }

    public static ModelCall OfHandler(bool isSeen) => new(HandlerKind, () => "") { IsSeen = isSeen };
}
