namespace Celerity.Circuits;

/// <summary>What the board says of a circuit. Each change makes another note, or <see langword="null"/> where it changes nothing.</summary>
/// <remarks>That it is half-open is nowhere written: it is open, and its time is over. So it needs nobody to get there.</remarks>
internal sealed record CircuitNote
{
    /// <summary>Gets the note of a circuit that has none.</summary>
    public static CircuitNote Never { get; } = new();

    /// <summary>Gets whether it is open or half-open, unless it is forced.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Gets the number of its last opening or forcing. What belongs to an earlier one no longer counts.</summary>
    public int Opening { get; init; }

    /// <summary>Gets how often it has opened since it was closed.</summary>
    public int InARow { get; init; }

    /// <summary>Gets since when it is so.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Gets until when it is open before it is half-open.</summary>
    public DateTimeOffset Until { get; init; }

    /// <summary>Gets what an operator has set it to: open or closed, or <see langword="null"/>.</summary>
    public CircuitState? Force { get; init; }

    public string Who { get; init; } = "";

    public string Why { get; init; } = "";

    /// <summary>Gets the tasks that run as probes.</summary>
    public IReadOnlyList<CircuitProbe> Probes { get; init; } = [];

    /// <summary>Gets the tasks that ran as probes and succeeded: a twin of one does not count again.</summary>
    public IReadOnlyList<string> Passed { get; init; } = [];

    public CircuitState StateAt(DateTimeOffset now) => Force ?? (!IsOpen ? CircuitState.Closed : now < Until ? CircuitState.Open : CircuitState.HalfOpen);

    public bool IsProbe(string task) => Probes.Any(probe => probe.Task == task);

    /// <summary>How many more probes may be let through.</summary>
    public int RoomAt(DateTimeOffset now, CircuitOptions options) =>
        StateAt(now) == CircuitState.HalfOpen ? Math.Max(0, MissingOf(options) - Probes.Count(probe => probe.Until > now)) : 0;

    /// <summary>It opens.</summary>
    public CircuitNote? Open(CircuitOptions options, DateTimeOffset now, ActionNote by) => Force is null && !IsOpen ? OpenAgain(options, now, by) : null;

    /// <summary>As many of the tasks as there is room for become probes.</summary>
    public CircuitNote? LetProbe(IEnumerable<string> tasks, CircuitOptions options, DateTimeOffset now, DateTimeOffset until)
    {
        var probes = tasks.Where(task => !IsProbe(task)).Take(RoomAt(now, options)).Select(task => new CircuitProbe(task, until)).ToList();
        return probes.Count == 0 ? null : this with { Probes = [.. Probes.Where(probe => probe.Until > now), .. probes] };
    }

    /// <summary>A probe has succeeded: with the last that was missing, it closes.</summary>
    public CircuitNote? Pass(int opening, string task, CircuitOptions options, DateTimeOffset now, ActionNote by)
    {
        if (!IsProbing(opening) || Passed.Contains(task))
        {
            return null;
        }

        return MissingOf(options) > 1
            ? this with { Passed = [.. Passed, task], Probes = Without(task) }
            : Closed(now, by);
    }

    /// <summary>A probe has failed: it opens again, for longer.</summary>
    public CircuitNote? Fail(int opening, CircuitOptions options, DateTimeOffset now, ActionNote by) =>
        IsProbing(opening) ? OpenAgain(options, now, by) : null;

    /// <summary>A probe has ended and tells nothing: another may take its place.</summary>
    public CircuitNote? Leave(int opening, string task) => IsProbing(opening) && IsProbe(task) ? this with { Probes = Without(task) } : null;

    /// <summary>An operator sets it.</summary>
    public CircuitNote? ForceTo(CircuitState state, DateTimeOffset now, ActionNote by) =>
        Force == state ? null : Closed(now, by) with { Opening = Opening + 1, Force = state };

    /// <summary>An operator leaves it to itself: what was forced open is probed first.</summary>
    public CircuitNote? Release(DateTimeOffset now, ActionNote by) => Force switch
    {
        null => null,
        CircuitState.Open => Closed(now, by) with { IsOpen = true, Opening = Opening + 1, Until = now },
        _ => Closed(now, by),
    };

    /// <summary>It closes.</summary>
    public CircuitNote Closed(DateTimeOffset now, ActionNote by) => new() { Opening = Opening, At = now, Who = by.Who, Why = by.Why };

    private CircuitNote OpenAgain(CircuitOptions options, DateTimeOffset now, ActionNote by) => new()
    {
        IsOpen = true,
        Opening = Opening + 1,
        InARow = InARow + 1,
        At = now,
        Until = now + options.BreakOf(InARow + 1),
        Who = by.Who,
        Why = by.Why,
    };

    private bool IsProbing(int opening) => Force is null && IsOpen && Opening == opening;

    // At least one: fewer may be asked for than have passed, since the app was deployed anew.
    private int MissingOf(CircuitOptions options) => Math.Max(1, options.Probes - Passed.Count);

    private IReadOnlyList<CircuitProbe> Without(string task) => [.. Probes.Where(probe => probe.Task != task)];
}
