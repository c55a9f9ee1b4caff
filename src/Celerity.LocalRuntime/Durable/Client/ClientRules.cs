namespace Celerity.LocalRuntime.Durable.Client;

/// <summary>What host.json says about clients.</summary>
/// <param name="DefaultVersion">The version of orchestrations that are started without one.</param>
/// <param name="RaiseThrows">Whether an event for an instance that is not there or has ended is an error, or dropped in silence.</param>
/// <param name="ReplacesRunning">Whether a start may replace an instance that runs.</param>
internal sealed record ClientRules(string DefaultVersion = "", bool RaiseThrows = true, bool ReplacesRunning = false)
{
    /// <summary>Gets whether steering an instance that is not there or not in a fitting state is an error, as on the Functions host, or has no effect.</summary>
    public bool WrongStateThrows { get; init; } = true;

    /// <summary>Gets whether ids are held to what the Functions host's storage and addresses take, or may be anything but an entity's.</summary>
    public bool RestrictsIds { get; init; } = true;

    /// <summary>Gets whether terminating and purging reach sub-orchestrations when asked to; the Functions host ignores the flag.</summary>
    public bool Recurses { get; init; }

    /// <summary>Gets whether the client works with entities.</summary>
    public bool HasEntities { get; init; } = true;

    /// <summary>Gets whether the output of a failed instance is its error's message alone, or begins with the error's type as on the Functions host.</summary>
    public bool FailureOutputIsMessage { get; init; }
}
