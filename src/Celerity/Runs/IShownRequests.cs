namespace Celerity.Runs;

/// <summary>Makes of what runs were started with what may be shown.</summary>
internal interface IShownRequests
{
    /// <summary>Masks what is secret in a run's request, or leaves it out.</summary>
    RunView Mask(RunView run);
}
