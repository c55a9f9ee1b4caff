namespace Celerity.Compositions;

/// <summary>Another run to start, and to wait for.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Pipeline">Its pipeline.</param>
/// <param name="Request">What that is asked for, as JSON.</param>
internal sealed record AwaitedRun(string Id, string Pipeline, string Request)
{
    /// <summary>Gets whether it was seen to in this generation: started, or started again.</summary>
    public bool IsBegun { get; init; }
}
