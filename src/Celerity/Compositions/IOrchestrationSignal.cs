namespace Celerity.Compositions;

/// <summary>Wakes orchestrations that wait. A hint: each looks by itself as well, so what is lost costs time and nothing else.</summary>
internal interface IOrchestrationSignal
{
    /// <summary>Wakes one; one that has ended, or is not there, wants nothing.</summary>
    ValueTask RaiseAsync(string instance, CancellationToken cancellationToken);
}

/// <summary>Where there are no orchestrations.</summary>
internal sealed class NoOrchestrations : IOrchestrationSignal
{
    public ValueTask RaiseAsync(string instance, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
