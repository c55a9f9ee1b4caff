namespace Celerity.TestKit.Hosting.Faults;

/// <summary>A fault that waits for its occurrence.</summary>
/// <param name="What">The fault in words.</param>
/// <param name="Kind">What kind of place it is for.</param>
/// <param name="Place">The point or operation; <see langword="null"/> is any.</param>
/// <param name="Name">The name there; <see langword="null"/> is any.</param>
/// <param name="First">The first occurrence that it strikes, from 1.</param>
/// <param name="Times">How many occurrences in a row it strikes.</param>
internal sealed record PlannedFault(string What, FaultKind Kind, string? Place, string? Name, int First, int Times)
{
    private int _seen;

    /// <summary>Gets the status that storage answers with; 0 is its own.</summary>
    public int Status { get; init; }

    /// <summary>Gets how long storage takes.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets whether storage does what it was asked for and only the answer is lost.</summary>
    public bool IsApplied { get; init; }

    public bool IsSpent => _seen >= First + Times - 1;

    /// <summary>Counts an occurrence, and says whether it is struck.</summary>
    public bool Strikes(FaultKind kind, string place, string name)
    {
        if (kind != Kind || (Place ?? place) != place || !string.Equals(Name ?? name, name, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var number = ++_seen;
        return number >= First && number < First + Times;
    }
}

internal enum FaultKind
{
    Crash,
    Duplicate,
    Storage,
}
