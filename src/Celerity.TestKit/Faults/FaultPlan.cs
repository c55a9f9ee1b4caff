namespace Celerity.TestKit.Faults;

/// <summary>Counts the calls to storage that go through it and breaks one of them.</summary>
/// <remarks>
/// Run a scenario once with a plan that has no fault, then once for each plan of <see cref="ForEach"/>: every call lost on its way out,
/// lost on its way back, and the process killed just before and just after. Safe to call from many threads. One plan is one life of one process.
/// </remarks>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<SeamCall> _calls = [];
    private readonly Dictionary<string, int> _occurrences = new(StringComparer.Ordinal);
    private string? _death;

    /// <summary>Makes a plan that breaks nothing and only counts.</summary>
    public FaultPlan()
    {
    }

    /// <summary>Makes a plan that breaks one call.</summary>
    /// <param name="target">The call, by name and occurrence; its ordinal is for reading only, so that parallel calls do not shift it.</param>
    /// <param name="kind">What befalls it.</param>
    public FaultPlan(SeamCall target, FaultKind kind)
    {
        Target = target;
        Kind = kind;
    }

    /// <summary>Gets the call to break, or <see langword="null"/> for none.</summary>
    public SeamCall? Target { get; }

    /// <summary>Gets what befalls <see cref="Target"/>.</summary>
    public FaultKind Kind { get; }

    /// <summary>Gets the calls so far, in order.</summary>
    public IReadOnlyList<SeamCall> Calls
    {
        get
        {
            lock (_gate)
            {
                return _calls.ToArray();
            }
        }
    }

    /// <summary>Gets whether the target was reached. A scenario that ends without has not tested what it was to test.</summary>
    public bool HasFired { get; private set; }

    /// <summary>Gets whether the process is dead.</summary>
    public bool IsDead
    {
        get
        {
            lock (_gate)
            {
                return _death is not null;
            }
        }
    }

    /// <summary>Makes every plan that breaks one of <paramref name="calls"/>.</summary>
    /// <param name="calls">The calls of a run without faults.</param>
    /// <param name="kinds">What may befall them; none named for all.</param>
    /// <returns>One plan for each call and kind.</returns>
    public static IEnumerable<FaultPlan> ForEach(IReadOnlyList<SeamCall> calls, params FaultKind[] kinds)
    {
        ArgumentNullException.ThrowIfNull(calls);
        return from call in calls from kind in kinds is [] ? Enum.GetValues<FaultKind>() : kinds select new FaultPlan(call, kind);
    }

    /// <summary>Kills the process now, between two calls.</summary>
    /// <param name="reason">Where it dies, for the messages that follow.</param>
    public void Kill(string reason)
    {
        lock (_gate)
        {
            _death ??= reason;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Target is null ? "no fault" : $"{Kind} at {Target}";

    internal async ValueTask RunAsync(string name, Func<ValueTask> work)
    {
        var call = Enter(name);
        await work().ConfigureAwait(false);
        Leave(call);
    }

    internal async ValueTask<T> RunAsync<T>(string name, Func<ValueTask<T>> work)
    {
        var call = Enter(name);
        var result = await work().ConfigureAwait(false);
        Leave(call);
        return result;
    }

    /// <summary>Counts a call that is about to be made; throws where it must not be made.</summary>
    internal SeamCall Enter(string name)
    {
        lock (_gate)
        {
            ThrowIfDead();
            var occurrence = _occurrences[name] = _occurrences.GetValueOrDefault(name) + 1;
            var call = new SeamCall(_calls.Count + 1, name, occurrence);
            _calls.Add(call);
            Break(call, FaultKind.LostRequest, FaultKind.KillBefore);
            return call;
        }
    }

    /// <summary>Ends a call that was made; throws where its caller must not learn so.</summary>
    internal void Leave(SeamCall call)
    {
        lock (_gate)
        {
            ThrowIfDead();
            Break(call, FaultKind.LostReply, FaultKind.KillAfter);
        }
    }

    private void ThrowIfDead()
    {
        if (_death is not null)
        {
            throw new ProcessKilledException(_death);
        }
    }

    private void Break(SeamCall call, FaultKind lost, FaultKind kill)
    {
        if (Target is null || call.Name != Target.Name || call.Occurrence != Target.Occurrence || (Kind != lost && Kind != kill))
        {
            return;
        }

        HasFired = true;
        if (Kind == lost)
        {
            throw new InjectedFaultException(call, Kind);
        }

        _death = $"The process was killed: {this}.";
        ThrowIfDead();
    }
}
