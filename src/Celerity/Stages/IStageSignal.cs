namespace Celerity.Stages;

/// <summary>Tells a stage's orchestration to look at its ledger. A hint: it may be lost or come twice.</summary>
internal interface IStageSignal
{
    /// <summary>Raises the event; an orchestration that has finished, or is not there, is not an error.</summary>
    ValueTask RaiseAsync(StageKey key, CancellationToken cancellationToken);
}
