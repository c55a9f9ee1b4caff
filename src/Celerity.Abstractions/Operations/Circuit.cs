namespace Celerity;

/// <summary>A circuit: what several tasks need, such as a service, and whether they run or wait for it.</summary>
/// <param name="Name">Its name, as the tasks write it.</param>
/// <param name="State">How it stands now.</param>
/// <param name="IsForced">Whether an operator has set it so: then neither failures nor time change it.</param>
/// <param name="Tasks">The names of the tasks that need it.</param>
public sealed record Circuit(string Name, CircuitState State, bool IsForced, IReadOnlyList<string> Tasks)
{
    /// <summary>Gets since when it is open, half-open or forced, or was closed last; <see langword="null"/> where it never opened.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Gets until when it is open before probes run; <see langword="null"/> where it is not open, or forced.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets how often it has opened since it was closed last.</summary>
    public int OpeningCount { get; init; }

    /// <summary>Gets who changed it last: an operator or an instance.</summary>
    public string? Who { get; init; }

    /// <summary>Gets the reason.</summary>
    public string? Why { get; init; }
}
